/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** At least 0 and less than 1. */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  chance(share: number): boolean
  /** @throws RangeError if there is nothing to choose from */
  pick<Item>(items: readonly Item[]): Item
}

/** Mulberry32: small, quick, and of as good a mixture as a test needs. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  function between(least: number, most: number): number {
    return least + Math.floor(next() * (most - least + 1))
  }
  return {
    next,
    between,
    chance: (share) => next() < share,
    pick(items) {
      if (items.length === 0) throw new RangeError('There is nothing to choose from.')
      return items[between(0, items.length - 1)]!
    },
  }
}
