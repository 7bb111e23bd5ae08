import { themeKey as key } from '../device/names.ts'
import { storage } from './storage.ts'
import { createStore, useStore } from './store.ts'

export type Theme = 'system' | 'light' | 'dark'

const chosen = createStore(read())

function read(): Theme {
  const kept = storage.get(key)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

function show(theme: Theme): void {
  const root = document.documentElement
  if (theme === 'system') delete root.dataset['theme']
  else root.dataset['theme'] = theme
  // The bars of the browser around the page.
  const paper = getComputedStyle(root).backgroundColor
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.dataset['own'] ??= meta.content
    meta.content = theme === 'system' ? meta.dataset['own'] : paper
  }
  chosen.set(theme)
}

export function chooseTheme(next: Theme): void {
  storage.set(key, next === 'system' ? null : next)
  show(next)
}

/** Shows what was chosen, here or in another tab. */
export function startTheme(): void {
  show(read())
  addEventListener('storage', (event) => {
    if (event.key === key) show(read())
  })
}

export function useTheme(): Theme {
  return useStore(chosen)
}
