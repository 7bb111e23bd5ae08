import { describe, expect, test } from 'vitest'
import { followeesOf, generateGraph, type Graph, type GraphOptions, reversed, toGraph } from './graph.ts'

const options: GraphOptions = { people: 20_000, follows: 10, exponent: 2.5, clustering: 0, seed: 7 }

function degreesOf({ people, offsets }: Graph): number[] {
  return Array.from({ length: people }, (_, person) => offsets[person + 1]! - offsets[person]!)
}

/** The exponent of a power law by maximum likelihood (Clauset, Shalizi and Newman 2009, equation 3.7). */
function exponentOf(degrees: number[], from: number): number {
  const tail = degrees.filter((degree) => degree >= from)
  return 1 + tail.length / tail.reduce((sum, degree) => sum + Math.log(degree / (from - 0.5)), 0)
}

/** Of a sample of pairs whom the same person follows, the share in which one follows the other. */
function clusteringOf(graph: Graph): number {
  let [pairs, closed] = [0, 0]
  for (let person = 0; person < 2000; person++) {
    const followees = followeesOf(graph, person)
    for (let index = 1; index < followees.length; index++) {
      const [one, other] = [followees[index - 1]!, followees[index]!]
      pairs++
      if (followeesOf(graph, one).includes(other) || followeesOf(graph, other).includes(one)) closed++
    }
  }
  return closed / pairs
}

describe('a generated graph', () => {
  test('is the same for the same seed, and another one for another', () => {
    const small = { ...options, people: 500 }
    expect(generateGraph(small)).toEqual(generateGraph(small))
    expect(generateGraph({ ...small, seed: 8 }).followees).not.toEqual(generateGraph(small).followees)
  })

  test('nobody follows themselves, or anybody twice', () => {
    const graph = generateGraph({ ...options, people: 300, follows: 60, clustering: 0.4 })
    for (let person = 0; person < graph.people; person++) {
      const followees = [...followeesOf(graph, person)]
      expect(new Set(followees).size).toBe(followees.length)
      expect(followees).not.toContain(person)
    }
  })

  test('has as many follows a person as were asked for', () => {
    const { people, followees } = generateGraph(options)
    expect(followees.length / people).toBeGreaterThan(9.5)
    expect(followees.length / people).toBeLessThan(10.5)
  })

  test.each([2.2, 2.5, 3])('followers fall off with the exponent %f', (exponent) => {
    for (const clustering of [0, 0.4]) {
      const graph = generateGraph({ ...options, exponent, clustering })
      expect(Math.abs(exponentOf(degreesOf(reversed(graph)), 40) - exponent)).toBeLessThan(0.2)
    }
  })

  test('closes triangles as far as clustering says', () => {
    const loose = clusteringOf(generateGraph(options))
    const tight = clusteringOf(generateGraph({ ...options, clustering: 0.5 }))
    expect(tight).toBeGreaterThan(1.5 * loose)
  })

  test('everybody follows everybody where that was asked for', () => {
    const graph = generateGraph({ ...options, people: 5, follows: 50 })
    expect(degreesOf(graph)).toEqual([4, 4, 4, 4, 4])
  })

  test('an exponent of 2 or less is refused, as the famous would have more followers than there are people', () => {
    expect(() => generateGraph({ ...options, exponent: 2 })).toThrow(RangeError)
  })
})

test('a reversed graph has the same edges, from the other end', () => {
  const graph = toGraph([[1, 2], [2], [0]])
  const back = reversed(graph)
  expect([0, 1, 2].map((person) => [...followeesOf(back, person)])).toEqual([[2], [0], [0, 1]])
})
