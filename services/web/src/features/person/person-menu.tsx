import { useQuery } from '@tanstack/react-query'
import { type ReactElement, Suspense, useState } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { Action, Actions, Confirm, Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { ownPerson } from '../account/queries.ts'
import { useBlock } from '../privacy/block.ts'
import { useCloseFriend } from '../privacy/close-friend.ts'
import { useRemoveFollower } from '../privacy/remove-follower.ts'
import { useRestrict } from '../privacy/restrict.ts'
import { useMute } from './mute.ts'

const ReportDialog = lazyPart(() => import('../moderation/report-dialog.tsx').then(({ ReportDialog }) => ReportDialog))

const dayMs = 86_400_000

/** What can be done with a person besides following them. */
export function PersonMenu({ person, onClose }: { person: AnyPerson; onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  const mute = useMute(person)
  const block = useBlock(person)
  const restrict = useRestrict(person)
  const closeFriend = useCloseFriend(person)
  const [asked, setAsked] = useState<'block' | 'remove' | 'report' | null>(null)
  const name = person.displayName
  const { muted = false, restricted = false, closeFriend: isClose = false } = person.viewer ?? {}
  const { blocked = false, followedBy = false } = person.viewer ?? {}
  function after(act: () => void): () => void {
    return () => {
      onClose()
      act()
    }
  }
  function muteFor(days: number | null): () => void {
    return after(() => mute({ isMuted: true, until: days === null ? null : new Date(Date.now() + days * dayMs) }))
  }
  if (asked === 'block') {
    return (
      <Confirm
        title={t('privacy.blockTitle', { name })}
        text={t('privacy.blockText', { name })}
        yes={t('privacy.block')}
        onYes={after(() => block.mutate(true))}
        onClose={onClose}
      />
    )
  }
  if (asked === 'remove') return <ConfirmRemoval person={person} onClose={onClose} />
  if (asked === 'report') {
    return (
      <Suspense>
        <ReportDialog subject={{ kind: 'account', id: person.id }} onClose={onClose} />
      </Suspense>
    )
  }
  return (
    <Dialog title={name} onClose={onClose}>
      <Actions>
        {!blocked && (
          <Action onClick={after(() => closeFriend.mutate(!isClose))}>
            <Icon name="star" />
            {t(isClose ? 'privacy.endClose' : 'privacy.makeClose')}
          </Action>
        )}
        {muted ? (
          <Action onClick={after(() => mute({ isMuted: false, until: null }))}>
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
        {!blocked && (
          <Action onClick={after(() => restrict.mutate(!restricted))}>
            <Icon name="comment" />
            {t(restricted ? 'privacy.unrestrict' : 'privacy.restrict')}
          </Action>
        )}
        <Action onClick={() => setAsked('report')}>
          <Icon name="flag" />
          {t('moderation.report')}
        </Action>
        {followedBy && (
          <Action danger onClick={() => setAsked('remove')}>
            <Icon name="close" />
            {t('privacy.remove')}
          </Action>
        )}
        {blocked ? (
          <Action onClick={after(() => block.mutate(false))}>
            <Icon name="block" />
            {t('privacy.unblock')}
          </Action>
        ) : (
          <Action danger onClick={() => setAsked('block')}>
            <Icon name="block" />
            {t('privacy.block')}
          </Action>
        )}
      </Actions>
      {!muted && <p>{t('person.muteText', { name })}</p>}
      {!blocked && !restricted && <p>{t('privacy.restrictText', { name })}</p>}
    </Dialog>
  )
}

function ConfirmRemoval({ person, onClose }: { person: AnyPerson; onClose: () => void }): ReactElement {
  const { t } = useLanguage()
  const remove = useRemoveFollower(person)
  const { data: me } = useQuery(ownPerson)
  const name = person.displayName
  return (
    <Confirm
      title={t('privacy.removeTitle', { name })}
      text={t(me?.private ? 'privacy.removeTextPrivate' : 'privacy.removeText', { name })}
      yes={t('settings.remove')}
      onYes={() => {
        onClose()
        remove()
      }}
      onClose={onClose}
    />
  )
}
