import { useEffect, useState } from 'react'

/** Seconds that are left of a pause, counted by the clock, which a tab that slept does not lose. Null if none was asked for. */
export function useCountdown(error: unknown, seconds: number | null): number | null {
  const [until, setUntil] = useState<number | null>(null)
  const [left, setLeft] = useState(seconds)
  useEffect(() => {
    setUntil(seconds === null ? null : Date.now() + seconds * 1000)
    setLeft(seconds)
  }, [error, seconds])
  useEffect(() => {
    if (until === null) return
    const timer = setInterval(() => {
      const now = Math.max(0, Math.ceil((until - Date.now()) / 1000))
      setLeft(now)
      if (now === 0) clearInterval(timer)
    }, 1000)
    return () => clearInterval(timer)
  }, [until])
  return left
}
