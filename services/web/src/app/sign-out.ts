import { useNavigate } from '@tanstack/react-router'
import { client } from './client.ts'
import { leave } from './session.ts'

/** Goes home, and goes on as nobody. The session ends here in any case, on the server if it can be reached. */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate()
  return async () => {
    await navigate({ to: '/' })
    const { forgetSubscription } = await import('../features/push/push.ts')
    await Promise.allSettled([client.logout(), forgetSubscription()])
    leave()
  }
}
