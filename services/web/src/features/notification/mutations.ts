import { useMutation } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { useFailureToast } from '../../app/use-failure-toast.ts'
import { refreshAll, unreadCount } from './queries.ts'
import { showRead } from './read.ts'

export function useMarkAllRead() {
  const failed = useFailureToast()
  const markAll = useMutation({
    mutationFn: () => client.post('/api/v1/notifications/read', { body: { upTo: null } }),
    onMutate() {
      showRead(() => true)
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
