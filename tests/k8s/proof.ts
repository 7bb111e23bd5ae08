import type { Bench } from './bench.ts'

/** Something that is shown of a release in a cluster. */
export interface Proof {
  number: number
  name: string
  /** Resolves with what was measured, in a line; throws where it is not so. */
  run(bench: Bench): Promise<string>
}

export class NotProven extends Error {
  override name = 'NotProven'
}

export function demand(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new NotProven(sentence)
}

export function secondsSince(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`
}
