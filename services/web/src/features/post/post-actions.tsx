import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import type { Post } from '../../app/cache.ts'
import { useSignInFirst } from '../../app/use-sign-in-first.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useLike, useSave } from './mutations.ts'
import styles from './post.module.css'
import { useShare } from './use-share.ts'

/** Like, comment, share, save. `children` is what stands between them, such as where one is among the photos. */
export function PostActions({
  post,
  onComment,
  children,
}: {
  post: Post
  /** Where the comments are on the page already. */
  onComment?: () => void
  children?: ReactNode
}): ReactElement {
  const { t, compact } = useLanguage()
  const signInFirst = useSignInFirst()
  const like = useLike(post)
  const save = useSave(post)
  const { share } = useShare(post)
  const isLiked = post.viewer?.liked === true
  const isSaved = post.viewer?.saved === true
  const { comments } = post.counts ?? { comments: 0 }
  // Of what its author has hidden only they are told a number.
  const likes = post.counts?.likes ?? 0
  const likesLabel = t(post.likesHidden ? 'post.likesForMe' : 'post.likes', { count: likes })
  const commentLabel = t('post.comment')
  return (
    <div className={styles.actions}>
      <IconButton
        className={isLiked ? styles.liked : undefined}
        icon="heart"
        filled={isLiked}
        label={t('post.like')}
        aria-pressed={isLiked}
        data-key="like"
        onClick={() => signInFirst(() => like(!isLiked))}
      />
      {likes > 0 && (
        <Link
          className={styles.count}
          to="/p/$id/likes"
          params={{ id: post.id }}
          aria-label={likesLabel}
          title={post.likesHidden ? likesLabel : undefined}
        >
          {compact(likes)}
          {post.likesHidden && <Icon name="lock" />}
        </Link>
      )}
      {onComment ? (
        <IconButton icon="comment" label={commentLabel} onClick={onComment} />
      ) : (
        <Link
          className={styles.link}
          to="/p/$id"
          params={{ id: post.id }}
          hash="comment"
          aria-label={comments > 0 ? `${commentLabel} (${t('post.comments', { count: comments })})` : commentLabel}
          title={commentLabel}
          data-key="comment"
        >
          <Icon name="comment" />
        </Link>
      )}
      {comments > 0 && (
        <span className={styles.count} aria-hidden="true">
          {compact(comments)}
        </span>
      )}
      {children && <span className={styles.between}>{children}</span>}
      <span className={styles.end}>
        <IconButton icon="share" label={t('post.share')} onClick={share} />
        <IconButton
          icon="bookmark"
          filled={isSaved}
          label={t('post.save')}
          aria-pressed={isSaved}
          data-key="save"
          onClick={() => signInFirst(() => save(!isSaved))}
        />
      </span>
    </div>
  )
}
