import { useEffect, useReducer } from 'react'

const cameAt = new WeakMap<object, number>()

/** How many of the seconds that an error asked for are left since it was first looked at. */
export function secondsLeft(error: unknown, seconds: number | null, now: number = Date.now()): number | null {
  if (seconds === null || typeof error !== 'object' || error === null) return seconds
  const at = cameAt.get(error) ?? now
  cameAt.set(error, at)
  return Math.max(0, Math.ceil(seconds - (now - at) / 1000))
}

/** The same, running down by the clock, which a tab that slept does not lose. Null if no pause was asked for. */
export function useCountdown(error: unknown, seconds: number | null): number | null {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0)
  const left = secondsLeft(error, seconds)
  const isRunning = left !== null && left > 0
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(tick, 1000)
    return () => clearInterval(timer)
  }, [isRunning])
  return left
}
