import { expect, test } from 'vitest'
import type { Post } from '../../app/cache.ts'
import { withLike, withSave } from './changes.ts'

const post = {
  viewer: { liked: false, saved: true },
  counts: { likes: 0, comments: 3 },
} as Post

test('a like counts once, however often it is made, and can be taken back', () => {
  const liked = withLike(post, true)
  expect(liked).toMatchObject({ viewer: { liked: true, saved: true }, counts: { likes: 1, comments: 3 } })
  expect(withLike(liked, true)).toBe(liked)
  expect(withLike(liked, false)).toEqual(post)
  expect(withLike({ ...liked, counts: { likes: 0, comments: 0 } }, false).counts?.likes).toBe(0)
})

test('where its author has hidden how many like it, a like makes no number up', () => {
  const hidden = { ...post, likesHidden: true, counts: { likes: null, comments: 3 } }
  const liked = withLike(hidden, true)
  expect(liked).toMatchObject({ viewer: { liked: true }, counts: { likes: null, comments: 3 } })
  expect(withLike(liked, false)).toEqual(hidden)
})

test('what could not be had stays unknown, but what the viewer did is known', () => {
  const bare = { ...post, viewer: null, counts: null }
  expect(withLike(bare, true)).toMatchObject({ viewer: { liked: true, saved: false }, counts: null })
  expect(withSave(bare, true)).toMatchObject({ viewer: { liked: false, saved: true }, counts: null })
  expect(withSave(post, true)).toBe(post)
})
