import { useNavigate } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Action, Actions, Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useSignOut } from '../sign-out.ts'

/** On a phone: what finds no place in the bars. */
export function MoreSheet({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  const navigate = useNavigate()
  const signOut = useSignOut()
  function go(to: '/saved' | '/settings'): void {
    onClose()
    void navigate({ to })
  }
  return (
    <Dialog title={t('action.more')} onClose={onClose}>
      <Actions>
        <Action onClick={() => go('/saved')}>
          <Icon name="bookmark" />
          {t('frame.saved')}
        </Action>
        <Action onClick={() => go('/settings')}>
          <Icon name="sliders" />
          {t('frame.settings')}
        </Action>
        <Action
          onClick={() => {
            onClose()
            void signOut()
          }}
        >
          <Icon name="leave" />
          {t('action.signOut')}
        </Action>
      </Actions>
    </Dialog>
  )
}
