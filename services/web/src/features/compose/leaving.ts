import { useSyncExternalStore } from 'react'

/** Who signs out is asked whether what is not shared yet may be thrown away. */
export interface Asking {
  /** How many posts are not shared yet. */
  count: number
  answer: (mayForget: boolean) => void
}

let asking: Asking | null = null
const listeners = new Set<() => void>()

function put(next: Asking | null): void {
  asking = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useAsking(): Asking | null {
  return useSyncExternalStore(subscribe, () => asking)
}

/** Whether somebody's drafts may go; asks only if there are any. */
export async function mayForgetPosts(ownerId: string): Promise<boolean> {
  const { readPosts } = await import('./posts.ts')
  const posts = await readPosts(ownerId)
  const count = posts.filter(({ state }) => state !== 'thrown').length
  if (count === 0) return true
  return await new Promise((resolve) => {
    put({
      count,
      answer(mayForget) {
        put(null)
        resolve(mayForget)
      },
    })
  })
}
