import type { ReactElement } from 'react'
import { createStore, useStore } from '../app/store.ts'
import styles from './toast.module.css'

interface Toast {
  id: number
  text: string
  action: { label: string; run: () => void } | null
}

const toasts = createStore<readonly Toast[]>([])
let lastId = 0

/** A word at the edge of the screen, for some seconds. */
export function toast(text: string, action: Toast['action'] = null): void {
  const id = ++lastId
  toasts.set([
    ...toasts
      .get()
      .filter((other) => other.text !== text)
      .slice(-2),
    { id, text, action },
  ])
  setTimeout(() => dismiss(id), action ? 10_000 : 5_000)
}

function dismiss(id: number): void {
  toasts.set(toasts.get().filter((other) => other.id !== id))
}

export function Toasts(): ReactElement {
  const shown = useStore(toasts)
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
