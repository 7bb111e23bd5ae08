import { expect, test } from 'vitest'
import { withFollow } from './follow.ts'

const bare = { id: 'a', username: 'a', displayName: 'A', avatar: null }

test('a follow counts once and leaves alone what is known of an author alone', () => {
  const person = {
    ...bare,
    viewer: { following: false, followedBy: true, muted: false },
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
