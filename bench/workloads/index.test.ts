import { expect, test } from 'vitest'
import { workloads as named } from '../../tools/run/commands/bench.ts'
import { workloads } from './index.ts'

test('every workload can be named, by the letter and the name that it has', () => {
  const own = Object.fromEntries(workloads.map(({ letter, name }) => [letter, name]))
  expect({ ...own, m: 'growth', o: 'sizes' }).toEqual(named)
})
