import { useNavigate } from '@tanstack/react-router'
import { mayForgetPosts } from '../features/compose/leaving.ts'
import { client } from './client.ts'
import { currentViewer, leave } from './session.ts'

/**
 * Goes home, and goes on as nobody. The session ends here in any case, on the server if it can be reached, and nothing of it
 * stays in this browser. Who has drafts is asked first.
 */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate()
  return async () => {
    const viewer = currentViewer()
    if (viewer && !(await mayForgetPosts(viewer.id))) return
    await navigate({ to: '/' })
    const [{ forgetSubscription }, { forgetPerson }] = await Promise.all([
      import('../features/push/push.ts'),
      import('../worker/page.ts'),
    ])
    await Promise.allSettled([client.logout(), forgetSubscription(), viewer && forgetPerson(viewer.id)])
    leave()
  }
}
