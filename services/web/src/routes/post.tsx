import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useRouterState } from '@tanstack/react-router'
import { type ReactElement, useEffect, useRef } from 'react'
import { removePost } from '../app/cache.ts'
import { isMissing } from '../app/errors.ts'
import { Failure } from '../app/failure.tsx'
import { useTitle } from '../app/title.ts'
import { Comments } from '../features/comment/comments.tsx'
import { PostGone } from '../features/post/post-gone.tsx'
import { PostView, PostViewSkeleton } from '../features/post/post-view.tsx'
import { postById } from '../features/post/queries.ts'
import { useLanguage } from '../i18n/index.tsx'

const route = getRouteApi('/p/$id')

export function Post(): ReactElement {
  const { id } = route.useParams()
  return <PostOf key={id} id={id} />
}

function PostOf({ id }: { id: string }): ReactElement {
  const { t } = useLanguage()
  const { comment } = route.useSearch()
  const wantsToComment = useRouterState({ select: ({ location }) => location.hash === 'comment' })
  const field = useRef<HTMLTextAreaElement>(null)
  const { data: post, error, refetch } = useQuery(postById(id))
  const isGone = isMissing(error)
  const by = post && t('post.by', { name: post.author.displayName })
  useTitle(post ? [by, post.caption.slice(0, 60)].filter(Boolean).join(': ') : t('post.title'))

  useEffect(() => {
    if (isGone) removePost(id)
  }, [isGone, id])
  const isShown = post !== undefined
  useEffect(() => {
    if (wantsToComment && isShown) field.current?.focus()
  }, [wantsToComment, isShown])

  if (isGone) return <PostGone />
  if (!post && error) return <Failure isPage error={error} onRetry={() => void refetch()} />
  if (!post) return <PostViewSkeleton />
  return (
    <>
      <h1 className="visually-hidden">{by}</h1>
      <PostView post={post} onComment={() => field.current?.focus()}>
        {post.state === 'published' && <Comments post={post} markedId={comment} field={field} />}
      </PostView>
    </>
  )
}
