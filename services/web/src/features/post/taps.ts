interface Tap {
  x: number
  y: number
  at: number
}

const longestPauseMs = 320
const farthest = 40

/** Tells the second of two quick taps on about the same place. */
export function createTapReader(): (tap: Tap) => boolean {
  let last: Tap | null = null
  return (tap) => {
    const isSecond =
      last !== null && tap.at - last.at < longestPauseMs && Math.hypot(tap.x - last.x, tap.y - last.y) < farthest
    last = isSecond ? null : tap
    return isSecond
  }
}
