interface Entry {
  atMs: number
  /** Of two at the same time the one that was asked for first comes first. */
  order: number
  act: () => void
}

export type Agenda = ReturnType<typeof createAgenda>

/** Simulated time: what is to happen when, as a binary heap. */
export function createAgenda() {
  const heap: Entry[] = []
  let [nowMs, asked] = [0, 0]

  function isBefore(one: number, other: number): boolean {
    const [a, b] = [heap[one]!, heap[other]!]
    return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
  }
  function swap(one: number, other: number): void {
    const kept = heap[one]!
    heap[one] = heap[other]!
    heap[other] = kept
  }
  function takeFirst(): Entry | undefined {
    const first = heap[0]
    const last = heap.pop()
    if (!first || !last || first === last) return first
    heap[0] = last
    for (let parent = 0; ;) {
      let least = parent
      for (const child of [2 * parent + 1, 2 * parent + 2])
        if (child < heap.length && isBefore(child, least)) least = child
      if (least === parent) return first
      swap(parent, least)
      parent = least
    }
  }

  return {
    nowMs: () => nowMs,

    after(ms: number, act: () => void): void {
      let child = heap.push({ atMs: nowMs + ms, order: asked++, act }) - 1
      while (child > 0 && isBefore(child, (child - 1) >> 1)) {
        swap(child, (child - 1) >> 1)
        child = (child - 1) >> 1
      }
    },

    /** Until nothing is left to happen. */
    run(): void {
      for (let entry = takeFirst(); entry; entry = takeFirst()) {
        nowMs = entry.atMs
        entry.act()
      }
    },
  }
}
