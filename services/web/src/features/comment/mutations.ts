import { useMutation, useMutationState } from '@tanstack/react-query'
import { patchComment, patchCommentOnce, patchPostOnce } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { isForbidden, isMissing } from '../../app/errors.ts'
import { queryClient, refresh } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useToggle } from '../../app/use-toggle.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { withComment, withLike, withoutHold } from './changes.ts'
import { type Comment, type CommentPages, commentingOn, commentsOf, heldComments, repliesTo } from './queries.ts'

/** A comment on its way: shown at once, and kept with what went wrong if it does not arrive. */
export interface Outgoing {
  /** Makes sending it again harmless. */
  key: string
  text: string
  /** What it answers, and whose thread it joins. */
  replyTo: { id: string; threadId: string } | null
}

export function useAddComment(postId: string) {
  const mutationKey = ['comments', postId, 'add']
  return useMutation({
    mutationKey,
    // In the order they were written.
    scope: { id: mutationKey.join(' ') },
    gcTime: Infinity,
    mutationFn: ({ key, text, replyTo }: Outgoing) =>
      client.post('/api/v1/posts/{id}/comments', {
        params: { path: { id: postId }, header: { 'idempotency-key': key } },
        body: { text, ...(replyTo ? { parentId: replyTo.id } : {}) },
      }),
    // Its author has changed meanwhile who may.
    onError: (error) => void (isForbidden(error) && refresh(commentingOn(postId).queryKey)),
    onSuccess: (comment) => {
      const list = comment.parentId === null ? commentsOf(postId) : repliesTo({ id: comment.parentId, postId })
      queryClient.setQueryData<CommentPages>(list.queryKey, (data) => data && withComment(data, comment))
      if (comment.parentId !== null) countReplies(comment.parentId, 1)
      countComments(postId, 1)
      // What is on its way may have been read before.
      const lists = ['comments', postId]
      if (queryClient.isFetching({ queryKey: lists }) > 0) void refresh(lists)
    },
  }).mutate
}

/** Comments that are on their way to a post, and those that did not arrive, in the order they were written. */
export function useOutgoing(postId: string): { outgoing: Outgoing; error: unknown; forget: () => void }[] {
  return useMutationState({
    filters: { mutationKey: ['comments', postId, 'add'], predicate: ({ state }) => state.status !== 'success' },
    select: (mutation) => ({
      outgoing: mutation.state.variables as Outgoing,
      error: mutation.state.error as unknown,
      forget: () => queryClient.getMutationCache().remove(mutation),
    }),
  })
}

/** Deletes a comment, a first-level one with its replies. It is not shown from now on, unless that fails. */
export function useDeleteComment({ id, postId, parentId, counts, held }: Comment) {
  const fail = useFailureToast()
  function showGone(): void {
    patchComment(id, () => null)
    if (parentId !== null) countReplies(parentId, -1)
    // What is held does not count, nor what is below it.
    if (!held) countComments(postId, -1 - counts.replies)
  }
  const { mutate } = useMutation({
    mutationKey: ['comments', postId, 'delete'],
    mutationFn: (id: string) => client.delete('/api/v1/comments/{id}', { params: { path: { id } } }),
    onSuccess: showGone,
    onError: (error) => (isMissing(error) ? showGone() : fail(error, () => mutate(id))),
  })
  return () => mutate(id)
}

/** Lets a comment through that is held below one of the viewer's posts. */
export function useReleaseComment({ id, postId }: Comment) {
  const { t } = useLanguage()
  const fail = useFailureToast()
  const release = useMutation({
    mutationFn: () => client.post('/api/v1/comments/{id}/release', { params: { path: { id } } }),
    onSuccess() {
      patchComment(id, withoutHold)
      countComments(postId, 1)
      toast(t('comment.released'))
      void refresh(heldComments.queryKey)
    },
    onError: (error) => fail(error, () => release.mutate()),
  })
  return release
}

/** The comments that are being deleted. */
export function useDeleting(postId: string): ReadonlySet<string> {
  const ids = useMutationState({
    filters: { mutationKey: ['comments', postId, 'delete'], status: 'pending' },
    select: ({ state }) => state.variables as string,
  })
  return new Set(ids)
}

export function useLikeComment({ id }: Comment) {
  const params = { path: { id } }
  return useToggle(['like comment', id], {
    send: (liked) =>
      liked
        ? client.post('/api/v1/comments/{id}/like', { params })
        : client.delete('/api/v1/comments/{id}/like', { params }),
    show: (liked) => patchComment(id, (comment) => withLike(comment, liked)),
  })
}

function countComments(postId: string, by: number): void {
  patchPostOnce(postId, (post) => {
    if (post.counts === null) return post
    return { ...post, counts: { ...post.counts, comments: Math.max(0, post.counts.comments + by) } }
  })
}

function countReplies(id: string, by: number): void {
  patchCommentOnce(id, (comment) => ({
    ...comment,
    counts: { ...comment.counts, replies: Math.max(0, comment.counts.replies + by) },
  }))
}
