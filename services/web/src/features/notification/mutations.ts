import { useMutation } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { patchLists } from './heed.ts'
import { type Notification, refreshAll, unreadCount } from './queries.ts'

/** Marks one as read. Fails silently: who went on to what it is about has seen it, and it can be read again. */
export function markRead(notification: Notification): void {
  if (notification.read) return
  patch((item) => item.id === notification.id)
  client
    .post('/api/v1/notifications/{id}/read', { params: { path: { id: notification.id } } })
    .catch(() => void refreshAll())
}

export function useMarkAllRead() {
  const failed = useFailureToast()
  const markAll = useMutation({
    mutationFn: () => client.post('/api/v1/notifications/read', { body: { upTo: null } }),
    onMutate() {
      patch(() => true)
      // More may be unread than was loaded.
      queryClient.setQueryData(unreadCount.queryKey, { count: 0 })
    },
    onError(error) {
      void refreshAll()
      failed(error, () => markAll.mutate())
    },
  })
  return markAll
}

function patch(isMeant: (item: Notification) => boolean): void {
  let read = 0
  patchLists((pages, filter) => ({
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.map((item) => {
        if (item.read || !isMeant(item)) return item
        if (filter === null) read++
        return { ...item, read: true }
      }),
    })),
  }))
  queryClient.setQueryData(unreadCount.queryKey, (now) => now && { count: Math.max(0, now.count - read) })
}
