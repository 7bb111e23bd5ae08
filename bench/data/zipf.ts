import type { Random } from './random.ts'

/** Draws ranks from 0 on: that of rank r comes with a probability proportional to 1 / (r + 1)^exponent. */
export function createZipf(random: Random, count: number, exponent = 1): () => number {
  const cumulated = new Float64Array(count)
  let sum = 0
  for (let rank = 0; rank < count; rank++) {
    sum += (rank + 1) ** -exponent
    cumulated[rank] = sum
  }
  return () => {
    const wanted = random() * sum
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (cumulated[middle]! > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}
