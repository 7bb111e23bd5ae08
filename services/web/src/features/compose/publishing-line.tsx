import { useRouter, useRouterState } from '@tanstack/react-router'
import { type ReactElement, useEffect } from 'react'
import { useOnline } from '../../app/frame/offline-bar.tsx'
import { type MessageId, useLanguage, type Values } from '../../i18n/index.tsx'
import { textButtonClass } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { toast } from '../../ui/toast.tsx'
import { backToDesk, dismissDone, startOutbox, wake } from './engine.ts'
import { type Outgoing, useOutgoing } from './outgoing.ts'
import { useSecondsUntil } from './use-seconds-until.ts'
import styles from './publishing-line.module.css'

/** Under the head of every page, while posts are on their way: how far they are, what they wait for, and what went wrong. */
export function PublishingLine({ viewerId }: { viewerId: string }): ReactElement {
  const { t } = useLanguage()
  const router = useRouter()
  const list = useOutgoing()
  const isAtDesk = useRouterState({ select: (state) => state.location.pathname === '/new' })

  useEffect(() => void startOutbox(viewerId), [viewerId])

  // What is done is said in passing.
  useEffect(() => {
    for (const { id, going } of list) {
      if (going.is !== 'done') continue
      const { postId, isOut } = going
      dismissDone(id)
      toast(t(isOut ? 'publish.done' : 'publish.inWork'), {
        label: t('publish.look'),
        run: () => void router.navigate({ to: '/p/$id', params: { id: postId } }),
      })
    }
  }, [list, router, t])

  // What went wrong with the post on the desk is said there.
  const shown = list.filter(({ going }) => going.is !== 'done' && !(isAtDesk && going.is === 'refused'))
  return (
    <div role="status">
      {shown.map((outgoing) => (
        <Line
          key={outgoing.id}
          outgoing={outgoing}
          onBack={() =>
            void backToDesk(outgoing.id).then((isBack) =>
              isBack ? router.navigate({ to: '/new' }) : toast(t('publish.tooLate')),
            )
          }
        />
      ))}
    </div>
  )
}

function Line({ outgoing, onBack }: { outgoing: Outgoing; onBack: () => void }): ReactElement {
  const { t } = useLanguage()
  const { going, photos } = outgoing
  const left = useSecondsUntil(going.is === 'held' ? going.until : null)
  const isOnline = useOnline()
  const [id, values] = going.is === 'sending' && !isOnline ? (['publish.line', {}] as const) : textOf(outgoing, left)
  return (
    <div className={`${styles.line} ${going.is === 'refused' ? styles.refused : ''}`}>
      <p className={styles.text}>{t(id, values)}</p>
      {going.is === 'held' && going.why !== 'session' && (
        <button type="button" className={textButtonClass} onClick={wake}>
          {t('publish.now')}
        </button>
      )}
      {going.is !== 'finishing' && (
        <button type="button" className={textButtonClass} onClick={onBack}>
          {t(going.is === 'refused' ? 'publish.mend' : 'publish.stop')}
        </button>
      )}
      {going.is === 'sending' && (
        <Progress className={styles.progress} value={going.share} label={t('publish.progress', { photos })} />
      )}
    </div>
  )
}

function textOf({ going, photos }: Outgoing, left: number | null): [MessageId, Values] {
  if (going.is === 'refused') return ['publish.refused', {}]
  if (going.is === 'sending') return ['publish.sending', { photos }]
  if (going.is !== 'held') return ['publish.finishing', {}]
  if (going.why === 'session') return ['publish.session', {}]
  if (going.why === 'line') return ['publish.line', {}]
  return left !== null && left > 2 ? ['publish.wait', { seconds: left }] : ['publish.busy', {}]
}
