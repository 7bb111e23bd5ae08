import type { components } from '@daguerre/client'
import { useMutation } from '@tanstack/react-query'
import { patchPost, type Post, removePost, spreadPost } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { isMissing } from '../../app/errors.ts'
import { queryClient, refresh } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { useToggle } from '../../app/use-toggle.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { toast } from '../../ui/toast.tsx'
import { withLike, withSave } from './changes.ts'

type PostEdit = components['schemas']['PostEdit']

export function useLike({ id }: Post) {
  const params = { path: { id } }
  return useToggle(['like', id], {
    send: (liked) =>
      liked ? client.post('/api/v1/posts/{id}/like', { params }) : client.delete('/api/v1/posts/{id}/like', { params }),
    show: (liked) => patchPost(id, (post) => withLike(post, liked)),
    onDone: () => void refresh(['post', id, 'likes']),
  })
}

export function useSave({ id }: Post) {
  const params = { path: { id } }
  return useToggle(['save', id], {
    send: (saved) =>
      saved ? client.put('/api/v1/posts/{id}/save', { params }) : client.delete('/api/v1/posts/{id}/save', { params }),
    show: (saved) => patchPost(id, (post) => withSave(post, saved)),
    // Who is looking at the list keeps what was on it, so that it can be saved again.
    onDone: () => queryClient.removeQueries({ queryKey: ['feed', 'saved'], type: 'inactive' }),
  })
}

/** @throws ApiError 409 `post.edited_meanwhile` */
export function useEditPost(id: string) {
  return useMutation({
    mutationFn: (edit: PostEdit) => client.patch('/api/v1/posts/{id}', { params: { path: { id } }, body: edit }),
    onSuccess: (post) => {
      queryClient.setQueryData(['post', id], post)
      spreadPost(post)
      // How many there are for everybody.
      for (const queryKey of [
        ['me', 'person'],
        ['person', post.author.username],
      ]) {
        void queryClient.invalidateQueries({ queryKey, exact: true })
      }
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
