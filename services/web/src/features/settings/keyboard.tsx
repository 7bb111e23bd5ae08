import type { ReactElement } from 'react'
import { ShortcutList } from '../../app/keyboard/shortcut-list.tsx'

export function KeyboardSettings(): ReactElement {
  return <ShortcutList />
}
