import { useMutation } from '@tanstack/react-query'
import { queryClient } from './query-client.ts'
import { useFailureToast } from './use-failure-toast.ts'

/**
 * What is on or off on the server, such as a like. Shown at once, one request after the other, and undone if the last of them
 * fails. Those with the same key are the same.
 */
export function useToggle(
  mutationKey: readonly [string, string],
  {
    send,
    show,
    onDone,
  }: { send: (isOn: boolean) => Promise<unknown>; show: (isOn: boolean) => void; onDone?: () => void },
): (isOn: boolean) => void {
  const fail = useFailureToast()
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(' ') },
    mutationFn: send,
    onMutate: show,
    onSuccess: () => onDone?.(),
    onError: (error, isOn) => {
      // What fails is still counted: nothing has been asked for since.
      if (queryClient.isMutating({ mutationKey }) === 1) show(!isOn)
      fail(error, () => mutate(isOn))
    },
  })
  return mutate
}
