import type { ReactElement } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Action, Actions, Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useMute } from './mute.ts'

const dayMs = 86_400_000

/** What can be done with a person besides following them. */
export function PersonMenu({ person, onClose }: { person: AnyPerson; onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  const mute = useMute(person)
  const name = person.displayName
  function muteFor(days: number | null): () => void {
    return () => {
      onClose()
      mute({ isMuted: true, until: days === null ? null : new Date(Date.now() + days * dayMs) })
    }
  }
  return (
    <Dialog title={name} onClose={onClose}>
      <Actions>
        {person.viewer?.muted ? (
          <Action
            onClick={() => {
              onClose()
              mute({ isMuted: false, until: null })
            }}
          >
            <Icon name="bell" />
            {t('person.unmute')}
          </Action>
        ) : (
          <>
            <Action onClick={muteFor(1)}>
              <Icon name="mute" />
              {t('person.muteDay')}
            </Action>
            <Action onClick={muteFor(7)}>
              <Icon name="mute" />
              {t('person.muteWeek')}
            </Action>
            <Action onClick={muteFor(null)}>
              <Icon name="mute" />
              {t('person.mute')}
            </Action>
          </>
        )}
      </Actions>
      {!person.viewer?.muted && <p>{t('person.muteText', { name })}</p>}
    </Dialog>
  )
}
