import { useLayoutEffect } from 'react'
import { showBadge } from '../device/badge.ts'
import { createStore, useStore } from './store.ts'

interface Titled {
  /** What the page is; empty until it has said so. */
  page: string
  unread: number
}

const titled = createStore<Titled>({ page: '', unread: 0 })

function put(change: Partial<Titled>): void {
  const before = titled.get()
  const next = { ...before, ...change }
  if (next.page === before.page && next.unread === before.unread) return
  document.title = documentTitle(next)
  titled.set(next)
}

function documentTitle({ page, unread }: Titled): string {
  const name = page === '' ? 'Daguerre' : `${page} · Daguerre`
  return unread > 0 ? `(${unread}) ${name}` : name
}

/** What the page is, for the tab, the history, and who hears that another page has come. */
export function useTitle(page: string): void {
  useLayoutEffect(() => put({ page }), [page])
}

/** Shows in the tab's title, and on the app's icon where it is installed, how much is unread. */
export function titleUnread(unread: number): void {
  put({ unread })
  showBadge(unread)
}

export function usePageTitle(): string {
  return useStore(titled).page
}
