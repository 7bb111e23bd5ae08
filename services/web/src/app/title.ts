import { useLayoutEffect, useSyncExternalStore } from 'react'

interface Titled {
  /** What the page is; empty until it has said so. */
  page: string
  unread: number
}

let titled: Titled = { page: '', unread: 0 }
const listeners = new Set<() => void>()

function put(next: Titled): void {
  if (next.page === titled.page && next.unread === titled.unread) return
  titled = next
  document.title = documentTitle(next)
  for (const listener of listeners) listener()
}

function documentTitle({ page, unread }: Titled): string {
  const name = page === '' ? 'Daguerre' : `${page} · Daguerre`
  return unread > 0 ? `(${unread}) ${name}` : name
}

/** What the page is, for the tab, the history, and who hears that another page has come. */
export function useTitle(page: string): void {
  useLayoutEffect(() => put({ ...titled, page }), [page])
}

/** Shows in the tab's title, and on the app's icon where it is installed, how much is unread. */
export function titleUnread(unread: number): void {
  put({ ...titled, unread })
  if (!('setAppBadge' in navigator)) return
  const badge = unread > 0 ? navigator.setAppBadge(unread) : navigator.clearAppBadge()
  // Browsers have the function and refuse it where the app is not installed.
  badge.catch(() => {})
}

export function usePageTitle(): string {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => titled.page,
  )
}
