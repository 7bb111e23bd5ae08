import { useNavigate, useRouter } from '@tanstack/react-router'
import { type ReactElement, Suspense, useState } from 'react'
import type { Post } from '../../app/cache.ts'
import { useViewer } from '../../app/session.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Action, Actions, Confirm, Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { useMute } from '../person/mute.ts'
import { useDeletePost } from './mutations.ts'
import { useShare } from './use-share.ts'

const ReportDialog = lazyPart(() => import('../moderation/report-dialog.tsx').then(({ ReportDialog }) => ReportDialog))

/** What can be done with a post: more, if it is the viewer's own. */
export function PostMenu({
  post,
  isOpen,
  onClose,
}: {
  post: Post
  /** It is what the page is about, which is left when it is gone. */
  isOpen: boolean
  onClose: () => void
}): ReactElement {
  const { t } = useLanguage()
  const navigate = useNavigate()
  const viewer = useViewer()
  const { copy } = useShare(post)
  const mute = useMute(post.author)
  const [isAsking, setAsking] = useState(false)
  const [isReporting, setReporting] = useState(false)
  const isOwn = viewer?.id === post.author.id

  if (isAsking) return <ConfirmDeletion post={post} isOpen={isOpen} onClose={onClose} />
  if (isReporting) {
    return (
      <Suspense>
        <ReportDialog subject={{ kind: 'post', id: post.id }} onClose={onClose} />
      </Suspense>
    )
  }
  function after(act: () => void): () => void {
    return () => {
      onClose()
      act()
    }
  }
  return (
    <Dialog title={t('post.by', { name: post.author.displayName })} onClose={onClose}>
      <Actions>
        {isOwn && (
          <Action onClick={after(() => void navigate({ to: '/p/$id/edit', params: { id: post.id } }))}>
            <Icon name="pencil" />
            {t('post.edit')}
          </Action>
        )}
        {!isOpen && (
          <Action onClick={after(() => void navigate({ to: '/p/$id', params: { id: post.id } }))}>
            <Icon name="comment" />
            {t('post.open')}
          </Action>
        )}
        <Action
          onClick={after(() => void navigate({ to: '/@{$username}', params: { username: post.author.username } }))}
        >
          <Icon name="person" />
          {t('post.author', { name: post.author.displayName })}
        </Action>
        {viewer && !isOwn && (
          <Action onClick={after(() => mute({ isMuted: true, until: null }))}>
            <Icon name="mute" />
            {t('person.muteName', { name: post.author.displayName })}
          </Action>
        )}
        <Action onClick={after(copy)}>
          <Icon name="link" />
          {t('post.copy')}
        </Action>
        {viewer && !isOwn && (
          <Action onClick={() => setReporting(true)}>
            <Icon name="flag" />
            {t('moderation.report')}
          </Action>
        )}
        {isOwn && (
          <Action danger onClick={() => setAsking(true)}>
            <Icon name="trash" />
            {t('post.delete')}
          </Action>
        )}
      </Actions>
    </Dialog>
  )
}

function ConfirmDeletion({
  post,
  isOpen,
  onClose,
}: {
  post: Post
  isOpen: boolean
  onClose: () => void
}): ReactElement {
  const { t } = useLanguage()
  const { history, navigate } = useRouter()
  const remove = useDeletePost(post, () => {
    if (!isOpen) return
    if (history.canGoBack()) history.back()
    else void navigate({ to: '/' })
  })
  return (
    <Confirm
      title={t('post.deleteTitle')}
      text={t('post.deleteText', { count: post.media.length })}
      yes={t('post.deleteYes')}
      onYes={() => {
        onClose()
        remove()
      }}
      onClose={onClose}
    />
  )
}
