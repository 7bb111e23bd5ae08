import { type ComponentType, lazy, type LazyExoticComponent } from 'react'
import { isMissingCode } from '../app/missing-code.ts'
import { allMessages } from './index.tsx'

/**
 * A part of a page that comes when it is wanted, and all that is said in it. Without a line it does not come, and comes when
 * there is one: what it is a part of goes on without it.
 */
export function lazyPart<Props>(load: () => Promise<ComponentType<Props>>): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    const [part] = await persist(() => Promise.all([load(), allMessages()]))
    return { default: part }
  })
}

async function persist<T>(load: () => Promise<T>): Promise<T> {
  for (let waitMs = 1_000; ; waitMs = Math.min(30_000, waitMs * 2)) {
    try {
      return await load()
    } catch (error) {
      if (!isMissingCode(error)) throw error
      await untilOnline(waitMs)
    }
  }
}

/** As long at most. */
function untilOnline(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(go, ms)
    addEventListener('online', go)
    function go(): void {
      clearTimeout(timer)
      removeEventListener('online', go)
      resolve()
    }
  })
}
