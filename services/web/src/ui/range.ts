/** Which things of a list have an element of their own: `from` the first, `to` behind the last. */
export interface Range {
  from: number
  to: number
}

/** So many at a time, so that not each step of somebody who scrolls changes it. */
const step = 8

/** All that are near the screen, and some on both sides of them; the first ones while nothing is known. */
export function rangeOf(keys: readonly string[], near: ReadonlySet<string>): Range {
  const first = keys.findIndex((key) => near.has(key))
  const last = keys.findLastIndex((key) => near.has(key))
  return {
    from: Math.max(0, Math.floor((first - step / 2) / step) * step),
    to: Math.min(keys.length, Math.ceil((last + 1 + step / 2) / step) * step),
  }
}

/** What lies between two heights of a list, be it in part. */
export function keysBetween(
  keys: readonly string[],
  heights: readonly number[],
  { top, bottom }: { top: number; bottom: number },
): string[] {
  let end = 0
  return keys.filter((_, index) => {
    const begin = end
    end += heights[index] ?? 0
    return end > top && begin < bottom
  })
}

export function sumOf(heights: readonly number[], { from, to }: Range): number {
  return heights.slice(from, to).reduce((sum, height) => sum + height, 0)
}
