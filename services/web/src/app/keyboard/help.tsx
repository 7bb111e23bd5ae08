import type { ReactElement } from 'react'
import { useLanguage } from '../../i18n/index.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ShortcutList } from './shortcut-list.tsx'

export function Help({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  return (
    <Dialog title={t('keyboard.title')} onClose={onClose}>
      <ShortcutList />
    </Dialog>
  )
}
