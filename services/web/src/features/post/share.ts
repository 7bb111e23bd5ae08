import type { Post } from '../../app/cache.ts'

export function addressOf({ id }: Pick<Post, 'id'>): string {
  return new URL(`/p/${id}`, location.origin).href
}

/** Hands a link to the system's own sheet, or to the clipboard where there is none. Says what has become of it. */
export async function share(title: string, url: string): Promise<'shared' | 'copied' | 'failed'> {
  if (typeof navigator.share === 'function') {
    try {
      await navigator.share({ title, url })
      return 'shared'
    } catch (error) {
      // Closed without choosing anybody.
      if (error instanceof DOMException && error.name === 'AbortError') return 'shared'
    }
  }
  return (await copy(url)) ? 'copied' : 'failed'
}

/** @returns whether it is in the clipboard, which browsers refuse where a page is not served securely */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
