import { expect, test } from 'vitest'
import { noRelation } from '../person/follow.ts'
import { withBlock, withCloseFriend, withoutFollower, withRestriction } from './changes.ts'

const bare = { id: 'a', username: 'a', displayName: 'A', avatar: null }
const viewer = { ...noRelation, following: true, followedBy: true, muted: true, closeFriend: true }

test('a block ends what was between two people, and does not bring it back; what is muted stays so', () => {
  const blocked = withBlock({ ...bare, viewer }, true)
  const ended = { ...viewer, following: false, followedBy: false, closeFriend: false }
  expect(blocked.viewer).toEqual({ ...ended, blocked: true })
  expect(withBlock(blocked, true)).toBe(blocked)
  expect(withBlock(blocked, false).viewer).toEqual({ ...ended, blocked: false })
  expect(withBlock(bare, true)).toBe(bare)
})

test('a follower who is removed follows no longer, and may be followed as before', () => {
  const removed = withoutFollower({ ...bare, viewer })
  expect(removed.viewer).toEqual({ ...viewer, followedBy: false })
  expect(withoutFollower(removed)).toBe(removed)
})

test('a restriction is seen at once, and nothing changes where it is so already', () => {
  const person = { ...bare, viewer }
  const restricted = withRestriction(person, true)
  expect(restricted.viewer).toEqual({ ...viewer, restricted: true })
  expect(withRestriction(restricted, true)).toBe(restricted)
  expect(withRestriction(bare, true)).toBe(bare)
})

test('who is made a close friend, or is one no longer, is so at once', () => {
  const person = { ...bare, viewer }
  const ended = withCloseFriend(person, false)
  expect(ended.viewer).toEqual({ ...viewer, closeFriend: false })
  expect(withCloseFriend(ended, false)).toBe(ended)
  expect(withCloseFriend(ended, true)).toEqual(person)
  expect(withCloseFriend(bare, true)).toBe(bare)
})
