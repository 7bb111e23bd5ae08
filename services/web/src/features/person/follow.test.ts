import { expect, test } from 'vitest'
import { noRelation, withFollow } from './follow.ts'

const bare = { id: 'a', username: 'a', displayName: 'A', avatar: null }

test('a follow counts once and leaves alone what is known of an author alone', () => {
  const person = {
    ...bare,
    viewer: { ...noRelation, followedBy: true },
    counts: { posts: 1, followers: 7, following: 2 },
  }
  const followed = withFollow(person, true)
  expect(followed).toMatchObject({
    viewer: { following: true, followedBy: true, muted: false },
    counts: { followers: 8 },
  })
  expect(withFollow(followed, true)).toBe(followed)
  expect(withFollow(followed, false)).toEqual(person)
  expect(withFollow(bare, true)).toBe(bare)
  expect(withFollow({ ...bare, viewer: null }, true)).toMatchObject({
    viewer: { following: true, followedBy: false, muted: false },
  })
})

test('of a private account it is asked: nothing is followed and nothing is counted, and it is taken back', () => {
  const person = {
    ...{ ...bare, private: true, bio: '', website: null },
    viewer: noRelation,
    counts: { posts: 1, followers: 7, following: 2 },
  }
  const asked = withFollow(person, true)
  expect(asked).toMatchObject({ viewer: { following: false, requested: true }, counts: { followers: 7 } })
  expect(withFollow(asked, true)).toBe(asked)
  expect(withFollow(asked, false)).toEqual(person)
})
