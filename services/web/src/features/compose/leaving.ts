import { createStore, useStore } from '../../app/store.ts'

/** Who signs out is asked whether what is not shared yet may be thrown away. */
export interface Asking {
  /** How many posts are not shared yet. */
  count: number
  answer: (mayForget: boolean) => void
}

const asking = createStore<Asking | null>(null)

export function useAsking(): Asking | null {
  return useStore(asking)
}

/** Whether somebody's drafts may go; asks only if there are any. */
export async function mayForgetPosts(ownerId: string): Promise<boolean> {
  const { readPosts } = await import('./posts.ts')
  const posts = await readPosts(ownerId)
  const count = posts.filter(({ state }) => state !== 'thrown').length
  if (count === 0) return true
  return await new Promise((resolve) => {
    asking.set({
      count,
      answer(mayForget) {
        asking.set(null)
        resolve(mayForget)
      },
    })
  })
}
