/**
 * Mann–Whitney: whether one sample tends to be larger than the other, whatever their distribution. By the normal approximation with correction
 * for ties, which is good from some twenty values on.
 */
export function rankTest(a: readonly number[], b: readonly number[]): { u: number; p: number; larger: number } {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))].toSorted(
    (one, other) => one.value - other.value,
  )
  let rankSum = 0
  let ties = 0
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]!.value === all[from]!.value) to++
    const rank = (from + to + 1) / 2
    ties += (to - from) ** 3 - (to - from)
    for (let at = from; at < to; at++) if (all[at]!.isA) rankSum += rank
    from = to
  }
  const [n, m] = [a.length, b.length]
  const total = n + m
  const u = rankSum - (n * (n + 1)) / 2
  const deviation = Math.sqrt(((n * m) / 12) * (total + 1 - ties / (total * (total - 1))))
  const z = deviation === 0 ? 0 : Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / deviation
  return { u, p: 2 * (1 - normal(z)), larger: u / (n * m) }
}

/** The distribution function of the normal distribution (Abramowitz and Stegun 26.2.17, to 7.5e-8). */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z)
  const tail = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153].reduce(
    (sum, factor) => (sum + factor) * t,
    0,
  )
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
}
