import { afterAll, beforeAll, expect, test } from 'vitest'
import { runSeeds } from '../run.ts'
import { openStage, type Stage } from '../stage.ts'

let stage: Stage

beforeAll(async () => {
  stage = await openStage()
})

afterAll(() => stage.close())

test('whatever is killed, lost, doubled and disordered, everybody sees in the end what they must', async () => {
  const lines: string[] = []
  const results = await runSeeds({ stage, seeds: [5, 6, 7], operations: 40, report: (line) => lines.push(line) })
  expect(
    results.flatMap(({ failure }) => failure),
    lines.join('\n'),
  ).toEqual([])
  expect(results.flatMap(({ faults }) => Object.values(faults)).length).toBeGreaterThan(0)
})
