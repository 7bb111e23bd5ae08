import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Result, runSeeds } from '../run.ts'
import { openStage, type Stage } from '../stage.ts'

/** Chosen for what is in them: wrong clocks, a Redis that is flushed and one that is replaced, restarts, both disturbances. */
const seeds = [21, 22, 23]

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})

afterAll(() => stage.close())

test('whatever is restarted, lost, doubled and disordered, everybody sees in the end what they must', async () => {
  const lines: string[] = []
  function report(line: string): void {
    lines.push(line)
  }
  const results: Result[] = []
  for await (const result of runSeeds({ stage, seeds, operations: 40, report })) results.push(result)
  expect(
    results.flatMap(({ failure }) => failure),
    lines.join('\n'),
  ).toEqual([])
  expect(results.map(({ seed }) => seed)).toEqual(seeds)
})
