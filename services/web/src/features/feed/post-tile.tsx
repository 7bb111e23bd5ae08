import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import type { Post } from '../../app/cache.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Photo } from '../../ui/photo.tsx'
import { audienceMarks } from '../post/audience.ts'
import styles from './grid.module.css'
import type { Look } from './rows.ts'

/** A post in a grid: its first photo, and signs if there are more, and if it is not for everybody. */
export function PostTile({
  post,
  width,
  look,
  priority,
}: {
  post: Post
  width: number
  look: Look
  priority: boolean
}): ReactElement {
  const { t, compact } = useLanguage()
  const [first] = post.media
  const mark = audienceMarks[post.audience]
  const { likes, comments } = post.counts ?? { likes: 0, comments: 0 }
  const altText = first?.altText || post.caption.slice(0, 140)
  return (
    <Link
      className={styles.tile}
      style={{ inlineSize: `${width}px` }}
      to="/p/$id"
      params={{ id: post.id }}
      aria-label={`${t('post.tile', { name: post.author.displayName, text: altText })}${mark ? `, ${t(mark.text)}` : ''}`}
      data-key-item
    >
      {first && (
        <Photo
          media={{ ...first, altText: '', ...(post.sensitive && { variants: [] }) }}
          sizes={`${Math.round(width)}px`}
          priority={priority}
          square={look === 'squares'}
        />
      )}
      {(mark || post.media.length > 1) && (
        <span className={styles.signs}>
          {mark && <Icon name={mark.icon} />}
          {post.media.length > 1 && <Icon name="frames" />}
        </span>
      )}
      {post.state !== 'published' && <span className={styles.inWork}>{t(`post.${post.state}Short`)}</span>}
      <span className={styles.numbers} aria-hidden="true">
        {likes !== null && (
          <span>
            <Icon name="heart" filled />
            {compact(likes)}
          </span>
        )}
        <span>
          <Icon name="comment" filled />
          {compact(comments)}
        </span>
      </span>
    </Link>
  )
}
