import { type ReactElement, useSyncExternalStore } from 'react'
import styles from './toast.module.css'

interface Toast {
  id: number
  text: string
  action: { label: string; run: () => void } | null
}

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function put(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A word at the edge of the screen, for some seconds. */
export function toast(text: string, action: Toast['action'] = null): void {
  const id = ++lastId
  put([...toasts.filter((other) => other.text !== text).slice(-2), { id, text, action }])
  setTimeout(() => dismiss(id), action ? 10_000 : 5_000)
}

function dismiss(id: number): void {
  put(toasts.filter((other) => other.id !== id))
}

export function Toasts(): ReactElement {
  const shown = useSyncExternalStore(subscribe, () => toasts)
  return (
    <div className={styles.toasts} role="status">
      {shown.map(({ id, text, action }) => (
        <div key={id} className={styles.toast}>
          <span>{text}</span>
          {action && (
            <button
              type="button"
              className={styles.action}
              onClick={() => {
                dismiss(id)
                action.run()
              }}
            >
              {action.label}
            </button>
          )}
        </div>
      ))}
    </div>
  )
}
