import { expect, test } from 'vitest'
import { generateGraph, reversed } from '../data/graph.ts'
import { followerLaw } from './follower-law.ts'

const law = followerLaw({ mean: 200, exponent: 2.3, most: 300_000 })

/** Over people one by one, as a sum in place of an integral. */
function meanOver(value: (share: number) => number, people = 1_000_000): number {
  let total = 0
  for (let person = 0; person < people; person++) total += value((person + 0.5) / people)
  return total / people
}

test('people have as many followers in the mean as they follow', () => {
  expect(meanOver(law.followersAt)).toBeCloseTo(200, -1)
  expect(law.meanBelow(Infinity)).toBe(200)
})

test('the famous are as many, and have as many followers, as counting them one by one says', () => {
  for (const threshold of [100, 1000, 10_000, 100_000]) {
    const share = meanOver((share) => (law.followersAt(share) >= threshold ? 1 : 0))
    const below = meanOver((share) => (law.followersAt(share) < threshold ? law.followersAt(share) : 0))
    expect(Math.abs(law.shareFrom(threshold) - share)).toBeLessThan(2e-6)
    expect(Math.abs(law.meanBelow(threshold) / below - 1)).toBeLessThan(0.01)
  }
})

test('nobody has more followers than the most followed, and nobody is left out below the least', () => {
  expect(law.followersAt(1e-12)).toBe(300_000)
  expect(law.shareFrom(300_001)).toBe(0)
  expect(law.shareFrom(1)).toBe(1)
  expect(law.meanBelow(1)).toBe(0)
})

test('falls off as followers of a generated graph do', () => {
  const options = { people: 20_000, follows: 50, exponent: 2.3, clustering: 0.3, seed: 3 }
  const { offsets } = reversed(generateGraph(options))
  const followers = Array.from({ length: options.people }, (_, person) => offsets[person + 1]! - offsets[person]!)
  const same = followerLaw({ mean: 50, exponent: 2.3, most: Math.max(...followers) })
  for (const threshold of [100, 300, 1000]) {
    const share = followers.filter((count) => count >= threshold).length / options.people
    expect(same.shareFrom(threshold) / share).toBeGreaterThan(0.7)
    expect(same.shareFrom(threshold) / share).toBeLessThan(1.4)
  }
})
