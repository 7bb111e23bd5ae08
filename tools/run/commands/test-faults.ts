import { writeFileSync } from 'node:fs'
import type { Command, Input } from '../command.ts'
import { Failure } from '../failure.ts'
import type { Result } from '../../../tests/faults/run.ts'

export const command: Command = {
  usage: '',
  about:
    'Runs random sequences of what people do, with faults among them, on a system of its own and compares what everybody sees with a model.',
  flags: {
    seeds: { type: 'string', value: '100', about: 'How many sequences, each from a seed of its own.' },
    seed: { type: 'string', value: '1', about: 'The first of them; alone, only this one.' },
    operations: { type: 'string', value: '60', about: 'Least operations of a sequence.' },
    out: { type: 'string', value: 'FILE', about: 'Where the results go as JSON.' },
  },
  async run({ flags }) {
    const first = countOf(flags, 'seed') ?? 1
    const count = countOf(flags, 'seeds') ?? (flags['seed'] === undefined ? 100 : 1)
    const operations = countOf(flags, 'operations') ?? 60
    // Late, because it needs what only tests depend on.
    const [{ runSeeds, sumOfCounts }, { openStage }] = await Promise.all([
      import('../../../tests/faults/run.ts'),
      import('../../../tests/faults/stage.ts'),
    ])
    const stage = await openStage()
    try {
      const seeds = Array.from({ length: count }, (_, index) => first + index)
      const results: Result[] = []
      function totals(): Record<string, Record<string, number>> {
        return {
          operations: sumOfCounts(results.map((result) => result.operations)),
          faults: sumOfCounts(results.map((result) => result.faults)),
          events: stage.delivery.counts(),
        }
      }
      for await (const result of runSeeds({ stage, seeds, operations, report: (line) => console.log(line) })) {
        results.push(result)
        // Each time, as a run of an hour may be cut off.
        const { out } = flags
        if (typeof out === 'string') writeFileSync(out, JSON.stringify({ results, totals: totals() }, null, 2))
      }
      for (const [name, counts] of Object.entries(totals())) printCounts(name, counts)
      const failed = results.filter(({ failure }) => failure.length > 0)
      if (failed.length > 0) console.log(`failed: seeds ${failed.map(({ seed }) => seed).join(', ')}`)
      console.log(`${results.length - failed.length} passed, ${failed.length} failed`)
      return failed.length === 0 ? 0 : 1
    } finally {
      await stage.close()
    }
  },
}

function countOf(flags: Input['flags'], name: string): number | undefined {
  const text = flags[name]
  if (text === undefined) return undefined
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1)
    throw new Failure(`--${name} takes a whole number from 1, not "${String(text)}".`)
  return count
}

function printCounts(title: string, counts: Record<string, number>): void {
  const sum = Object.values(counts).reduce((total, count) => total + count, 0)
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
  console.log(`${sum} ${title}: ${parts.join(', ')}`)
}
