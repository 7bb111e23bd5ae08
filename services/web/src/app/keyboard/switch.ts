import { storage } from '../storage.ts'

const key = 'daguerre.shortcuts'

/** Who speaks to the computer, or whose hand is not steady, can do without single keys. */
export function areShortcutsOn(): boolean {
  return storage.get(key) !== 'off'
}

export function switchShortcuts(on: boolean): void {
  storage.set(key, on ? null : 'off')
}
