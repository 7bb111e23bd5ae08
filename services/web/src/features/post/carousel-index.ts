/** Which photo is in view. From right to left a strip is scrolled into negative numbers. */
export function indexAt(scrollLeft: number, width: number, count: number): number {
  if (width <= 0) return 0
  return Math.min(count - 1, Math.max(0, Math.round(Math.abs(scrollLeft) / width)))
}

/** Where a key leads in a strip of photos; null if the key is not one of it. */
export function indexAfterKey(key: string, index: number, count: number, isRightToLeft: boolean): number | null {
  const forward = isRightToLeft ? 'ArrowLeft' : 'ArrowRight'
  const back = isRightToLeft ? 'ArrowRight' : 'ArrowLeft'
  switch (key) {
    case forward:
      return Math.min(count - 1, index + 1)
    case back:
      return Math.max(0, index - 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
