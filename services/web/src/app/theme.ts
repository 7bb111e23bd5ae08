import { useSyncExternalStore } from 'react'
import { storage } from './storage.ts'

export type Theme = 'system' | 'light' | 'dark'

const key = 'daguerre.theme'
const listeners = new Set<() => void>()
let theme = read()

function read(): Theme {
  const kept = storage.get(key)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

function show(): void {
  theme = read()
  const root = document.documentElement
  if (theme === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = theme
  // The bars of the browser around the page.
  const paper = getComputedStyle(root).backgroundColor
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.dataset['own'] ??= meta.content
    meta.content = theme === 'system' ? meta.dataset['own'] : paper
  }
  for (const listener of listeners) listener()
}

export function chooseTheme(next: Theme): void {
  storage.set(key, next === 'system' ? null : next)
  show()
}

/** Shows what was chosen, here or in another tab. */
export function startTheme(): void {
  show()
  addEventListener('storage', (event) => {
    if (event.key === key) show()
  })
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => theme,
  )
}
