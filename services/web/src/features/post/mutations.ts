import type { components } from '@daguerre/client'
import { useMutation } from '@tanstack/react-query'
import { patchPost, type Post, removePost, spreadPost } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { isMissing } from '../../app/errors.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { withLike, withSave } from './changes.ts'

type PostEdit = components['schemas']['PostEdit']

/** Likes, or takes it back; shown at once, one request after the other, and undone if the last of them fails. */
export function useLike({ id }: Post) {
  const fail = useFailureToast()
  const mutationKey = ['like', id]
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: async (liked: boolean) => {
      const params = { path: { id } }
      if (liked) await client.post('/api/v1/posts/{id}/like', { params })
      else await client.delete('/api/v1/posts/{id}/like', { params })
    },
    onMutate: (liked) => patchPost(id, (post) => withLike(post, liked)),
    onSuccess: () => void queryClient.invalidateQueries({ queryKey: ['post', id, 'likes'] }),
    onError: (error, liked) => {
      if (isLast(mutationKey)) patchPost(id, (post) => withLike(post, !liked))
      fail(error, () => mutate(liked))
    },
  })
  return mutate
}

export function useSave({ id }: Post) {
  const fail = useFailureToast()
  const mutationKey = ['save', id]
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: async (saved: boolean) => {
      const params = { path: { id } }
      if (saved) await client.put('/api/v1/posts/{id}/save', { params })
      else await client.delete('/api/v1/posts/{id}/save', { params })
    },
    onMutate: (saved) => patchPost(id, (post) => withSave(post, saved)),
    // Who is looking at the list keeps what was on it, so that it can be saved again.
    onSuccess: () => queryClient.removeQueries({ queryKey: ['feed', 'saved'], type: 'inactive' }),
    onError: (error, saved) => {
      if (isLast(mutationKey)) patchPost(id, (post) => withSave(post, !saved))
      fail(error, () => mutate(saved))
    },
  })
  return mutate
}

/** Whether nothing has been asked for since: what fails is still counted. */
function isLast(mutationKey: readonly unknown[]): boolean {
  return queryClient.isMutating({ mutationKey }) === 1
}

/** @throws ApiError 409 `post.edited_meanwhile` */
export function useEditPost(id: string) {
  return useMutation({
    mutationFn: (edit: PostEdit) => client.patch('/api/v1/posts/{id}', { params: { path: { id } }, body: edit }),
    onSuccess: (post) => {
      queryClient.setQueryData(['post', id], post)
      spreadPost(post)
    },
  })
}

/** Deletes a post for good. What is gone already is deleted too. */
export function useDeletePost({ id, author }: Post, onGone: () => void) {
  const { t } = useLanguage()
  const fail = useFailureToast()
  function showGone(): void {
    removePost(id)
    for (const queryKey of [
      ['me', 'person'],
      ['person', author.username],
    ]) {
      void queryClient.invalidateQueries({ queryKey, exact: true })
    }
    toast(t('post.deleted'))
    onGone()
  }
  const { mutate } = useMutation({
    mutationFn: () => client.delete('/api/v1/posts/{id}', { params: { path: { id } } }),
    onMutate: () => toast(t('post.deleting')),
    onSuccess: showGone,
    onError: (error) => (isMissing(error) ? showGone() : fail(error, () => mutate())),
  })
  return mutate
}
