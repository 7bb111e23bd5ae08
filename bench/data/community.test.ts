import { isId } from '@daguerre/kit/id'
import { describe, expect, test } from 'vitest'
import { type CommunityOptions, idOf, makeCommunity, postId } from './community.ts'
import { drawLoad, drawViewers } from './draw.ts'
import { followeesOf } from './graph.ts'
import { createRandom } from './random.ts'
import { createZipf } from './zipf.ts'

const options: CommunityOptions = {
  ...{ people: 400, follows: 20, exponent: 2.5, clustering: 0.3, posts: 10, likes: 3, seed: 5 },
}
const community = makeCommunity(options)

describe('a community', () => {
  test('is the same for the same options, and another one for another seed', () => {
    expect(makeCommunity(options)).toEqual(community)
    expect(makeCommunity({ ...options, seed: 6 }).times).not.toEqual(community.times)
  })

  test('ids of posts sort as the posts do by age', () => {
    const ids = Array.from(community.authors, (_, post) => postId(community, post))
    expect(ids.every(isId)).toBe(true)
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('who is said to have written so many posts is their author', () => {
    const counted = new Uint32Array(community.people)
    for (const author of community.authors) counted[author]!++
    expect(counted).toEqual(community.written)
    expect(community.authors.length / community.people).toBeGreaterThan(8)
    expect(community.authors.length / community.people).toBeLessThan(12)
  })

  test('only followers like a post, each of them once', () => {
    for (const [post, author] of community.authors.entries()) {
      const { offsets, people } = community.likes
      const likers = [...people.subarray(offsets[post], offsets[post + 1])]
      const followers = new Set(followeesOf(community.followers, author))
      expect(likers.every((liker) => followers.has(liker))).toBe(true)
      expect(new Set(likers).size).toBe(likers.length)
    }
  })

  test('ids of two things are never the same', () => {
    expect(idOf('person', 0, 1)).not.toBe(idOf('post', 0, 1))
    expect(idOf('post', 0, 1)).not.toBe(idOf('post', 0, 2))
  })
})

describe('what is read', () => {
  test('by Zipf the first of 1,000 is read twice as often as the second, and a hundred times as often as the hundredth', () => {
    const next = createZipf(createRandom(3), 1000)
    const counts = new Uint32Array(1000)
    for (let draw = 0; draw < 400_000; draw++) counts[next()]!++
    expect(counts[0]! / counts[1]!).toBeCloseTo(2, 0)
    expect(counts[0]! / counts[99]!).toBeGreaterThan(80)
    expect(counts[0]! / counts[99]!).toBeLessThan(120)
  })

  test('is drawn the same for the same seed, from many posts', () => {
    const viewers = drawViewers(community, 50).map((person) => ({
      ...{ id: String(person), username: '', token: '', mediaId: '' },
    }))
    const data = drawLoad(community, viewers)
    expect(drawLoad(community, viewers)).toEqual(data)
    expect(new Set(data.posts).size).toBeGreaterThan(1000)
    expect(Math.max(...data.visits)).toBeLessThan(50)
  })

  test('a viewer has a page of posts to read', () => {
    for (const person of drawViewers(community, 50)) {
      const authors = new Set([person, ...followeesOf(community.following, person)])
      expect(community.authors.filter((author) => authors.has(author)).length).toBeGreaterThanOrEqual(20)
    }
  })
})
