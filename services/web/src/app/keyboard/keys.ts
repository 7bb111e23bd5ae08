import type { MessageId } from '../../i18n/index.tsx'

export type Command =
  | 'next'
  | 'previous'
  | 'like'
  | 'comment'
  | 'save'
  | 'open'
  | 'new'
  | 'search'
  | 'home'
  | 'explore'
  | 'notifications'
  | 'profile'
  | 'settings'
  | 'help'

interface Shortcut {
  keys: string
  command: Command
  text: MessageId
}

/** What single keys do, in the order that the help shows. Two letters are typed one after the other. */
export const shortcuts: readonly Shortcut[] = [
  { keys: 'j', command: 'next', text: 'keyboard.next' },
  { keys: 'k', command: 'previous', text: 'keyboard.previous' },
  { keys: 'o', command: 'open', text: 'keyboard.open' },
  { keys: 'l', command: 'like', text: 'keyboard.like' },
  { keys: 'c', command: 'comment', text: 'keyboard.comment' },
  { keys: 's', command: 'save', text: 'keyboard.save' },
  { keys: 'n', command: 'new', text: 'keyboard.new' },
  { keys: '/', command: 'search', text: 'keyboard.search' },
  { keys: 'g h', command: 'home', text: 'keyboard.home' },
  { keys: 'g e', command: 'explore', text: 'keyboard.explore' },
  { keys: 'g n', command: 'notifications', text: 'keyboard.notifications' },
  { keys: 'g p', command: 'profile', text: 'keyboard.profile' },
  { keys: 'g s', command: 'settings', text: 'keyboard.settings' },
  { keys: '?', command: 'help', text: 'keyboard.help' },
]

const prefixMs = 1_500

interface Pressed {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** Turns keys into commands, one after the other. */
export function createReader(now: () => number = Date.now): (pressed: Pressed) => Command | null {
  let prefix = ''
  let at = 0
  return ({ key, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey || key.length !== 1) {
      // Shift is a key too, and comes before ?.
      if (key !== 'Shift') prefix = ''
      return null
    }
    const letter = key.toLowerCase()
    const before = prefix !== '' && now() - at < prefixMs ? `${prefix} ` : ''
    prefix = ''
    const found = shortcuts.find(({ keys }) => keys === before + letter)
    if (found) return found.command
    if (before === '' && shortcuts.some(({ keys }) => keys.startsWith(`${letter} `))) {
      prefix = letter
      at = now()
    }
    return null
  }
}
