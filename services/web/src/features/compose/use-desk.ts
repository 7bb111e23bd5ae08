import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import type { Desk, DeskState } from './desk.ts'
import { leaveDesk, takeDesk } from './engine.ts'

/** `elsewhere`: another tab writes; `take` calls it over. */
export type AtDesk =
  | { is: 'opening' }
  | { is: 'elsewhere'; take: () => void }
  | { is: 'here'; desk: Desk; state: DeskState }

/** How long the other tab has to write down what it has. After that it is asleep, and what it had kept is all there is. */
const patienceMs = 1_500
const never: DeskState | null = null

/** The viewer's desk, in one tab at a time: two that write the same would undo each other. */
export function useDesk(ownerId: string): AtDesk {
  const [desk, setDesk] = useState<Desk | null>(null)
  const [isElsewhere, setElsewhere] = useState(false)
  const call = useRef<(how: 'ask' | 'take') => void>(() => {})

  useEffect(() => {
    const name = `daguerre.desk.${ownerId}`
    const locks = navigator.locks as LockManager | undefined
    const channel = new BroadcastChannel(name)
    const left = new AbortController()
    let here: Desk | null = null
    let letGo: (() => void) | null = null
    let request: AbortController | null = null

    /** Holds the desk until this page is left or another tab calls. */
    async function hold(): Promise<void> {
      const released = new Promise<void>((resolve) => {
        letGo = resolve
      })
      const opened = await takeDesk(ownerId)
      here = opened
      if (left.signal.aborted) letGo?.()
      else {
        setElsewhere(false)
        setDesk(opened)
      }
      await released
      setDesk(null)
      here = null
      await leaveDesk(opened, { isHandedOver: !left.signal.aborted })
    }

    function wait(options: LockOptions): Promise<void> {
      request?.abort()
      request = new AbortController()
      const how = options.steal ? options : { ...options, signal: request.signal }
      return locks!
        .request(name, how, async () => await hold())
        .catch(() => {
          // Given up, or taken away by a tab that had no answer from here.
          if (here && !left.signal.aborted) {
            setElsewhere(true)
            letGo?.()
          }
        })
    }

    async function ask(how: 'ask' | 'take'): Promise<void> {
      if (!locks) return await hold()
      if (how === 'ask') {
        const { held = [] } = await locks.query()
        if (left.signal.aborted) return
        setElsewhere(held.some((lock) => lock.name === name))
        // When the other tab is closed, it goes on here.
        return await wait({})
      }
      channel.postMessage('hand-over')
      setTimeout(() => {
        if (!here && !left.signal.aborted) void wait({ steal: true })
      }, patienceMs)
    }

    channel.addEventListener('message', () => {
      if (!here) return
      setElsewhere(true)
      letGo?.()
      void ask('ask')
    })
    call.current = (how) => void ask(how)
    void ask('ask')
    function onHidden(): void {
      if (document.visibilityState === 'hidden') here?.leaveWords()
    }
    function onGone(): void {
      here?.leaveWords()
    }
    document.addEventListener('visibilitychange', onHidden)
    addEventListener('pagehide', onGone)
    return () => {
      document.removeEventListener('visibilitychange', onHidden)
      removeEventListener('pagehide', onGone)
      left.abort()
      request?.abort()
      letGo?.()
      channel.close()
    }
  }, [ownerId])

  const state = useSyncExternalStore(
    useCallback((listener) => desk?.subscribe(listener) ?? (() => {}), [desk]),
    () => desk?.snapshot() ?? never,
  )
  const take = useCallback(() => call.current('take'), [])
  if (desk && state) return { is: 'here', desk, state }
  return isElsewhere ? { is: 'elsewhere', take } : { is: 'opening' }
}
