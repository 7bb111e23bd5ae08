import { client } from './client.ts'
import { router } from './router.tsx'
import { leave } from './session.ts'

/** Ends the session, here in any case, and goes on as nobody. */
export async function signOut(): Promise<void> {
  const { forgetSubscription } = await import('../features/push/push.ts')
  await Promise.allSettled([client.logout(), forgetSubscription()])
  leave()
  await router.navigate({ to: '/' })
}
