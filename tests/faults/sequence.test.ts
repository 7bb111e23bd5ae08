import { describe, expect, test } from 'vitest'
import { clocksOf, groupOf, type Operation, prefixOf, seedsTogether, sequenceOf } from './sequence.ts'

const seeds = Array.from({ length: 200 }, (_, index) => index + 1)

describe('a sequence', () => {
  test('has everybody look where timelines were lost', () => {
    const steps = seeds.flatMap((seed) => sequenceOf(seed, 60).rounds.flat())
    const after = steps.filter((_, index) =>
      steps[index - 1]?.faults.some((fault) => 'of' in fault && fault.of === 'redis' && fault.fault === 'flush'),
    )
    expect(after.length).toBeGreaterThan(10)
    expect(after.every(({ strands }) => strands.flat().every((operation) => operation.do === 'look'))).toBe(true)
  })

  test('is the same for the same seed', () => {
    expect(sequenceOf(3, 60)).toEqual(sequenceOf(3, 60))
    expect(sequenceOf(3, 60)).not.toEqual(sequenceOf(4, 60))
  })

  test('has as many operations as are asked for, in three rounds', () => {
    for (const seed of seeds) {
      const { rounds } = sequenceOf(seed, 60)
      expect(rounds.map((round) => round.length > 0)).toEqual([true, true, true])
      expect(rounds.flat().flatMap(({ strands }) => strands.flat()).length).toBeGreaterThanOrEqual(60)
    }
  })

  test('speaks only of what the steps before have made', () => {
    for (const seed of seeds) {
      const known = new Set<string>()
      for (const { strands } of sequenceOf(seed, 60).rounds.flat()) {
        for (const operation of strands.flat()) {
          const unknown = namesOf(operation).filter((name) => name !== madeBy(operation) && !known.has(name))
          if (unknown.length > 0) expect.fail(`seed ${seed}: ${JSON.stringify(operation)} speaks of ${unknown.join()}`)
        }
        for (const operation of strands.flat()) known.add(madeBy(operation) ?? '')
      }
    }
  })

  test('has nobody act in two strands of a step, which would have no order', () => {
    for (const seed of seeds) {
      for (const { strands } of sequenceOf(seed, 60).rounds.flat()) {
        const acting = strands.map((strand) => new Set(strand.map(({ who }) => who)))
        const everybody = new Set(acting.flatMap((names) => [...names]))
        if (everybody.size < strands.length) expect.fail(`seed ${seed}: ${JSON.stringify(strands)}`)
        if (acting.some(({ size }) => size > 1)) expect.fail(`seed ${seed}: ${JSON.stringify(strands)}`)
      }
    }
  })

  test('has all kinds of operations, faults and races among a hundred seeds', () => {
    const steps = seeds.slice(0, 100).flatMap((seed) => sequenceOf(seed, 60).rounds.flat())
    const operations = new Set(steps.flatMap(({ strands }) => strands.flat().map((operation) => operation.do)))
    expect(operations.size).toBe(10)
    const faults = new Set(steps.flatMap(({ faults }) => faults.map(({ fault }) => fault)))
    expect(faults).toEqual(new Set(['kill', 'restart', 'flush', 'replace', 'double', 'disorder']))
    function has(...verbs: Operation['do'][]): boolean {
      return steps.some(({ strands }) =>
        verbs.every((verb) => strands.some((strand) => strand.some((operation) => operation.do === verb))),
      )
    }
    expect(has('post', 'follow')).toBe(true)
    expect(has('post', 'unfollow')).toBe(true)
    expect(has('like', 'delete')).toBe(true)
  })
})

test('a prefix has the first steps, in the rounds in which they were', () => {
  const sequence = sequenceOf(1, 60)
  const [first = []] = sequence.rounds
  const all = sequence.rounds.flat()
  expect(prefixOf(sequence, 3).rounds).toEqual([all.slice(0, 3)])
  const longer = prefixOf(sequence, first.length + 1).rounds
  expect(longer.map((round) => round.length)).toEqual([first.length, 1])
  expect(prefixOf(sequence, all.length).rounds).toEqual(sequence.rounds)
})

test('seeds of a group have the same clocks, which are wrong by 5 s at most', () => {
  expect(seeds.slice(0, seedsTogether + 1).map(groupOf)).toEqual([0, 0, 0, 0, 1])
  const skews = seeds.flatMap((seed) => Object.values(clocksOf(groupOf(seed))))
  expect(Math.min(...skews)).toBeGreaterThanOrEqual(-5000)
  expect(Math.max(...skews)).toBeLessThanOrEqual(5000)
  expect(new Set(skews).size).toBeGreaterThan(10)
  expect(sequenceOf(6, 10).clocks).toEqual(sequenceOf(7, 10).clocks)
})

function namesOf(operation: Operation): string[] {
  const { do: _verb, ...names } = operation
  return Object.values(names)
}

function madeBy(operation: Operation): string | undefined {
  if (operation.do === 'register') return operation.who
  if (operation.do === 'post') return operation.post
  return operation.do === 'comment' ? operation.comment : undefined
}
