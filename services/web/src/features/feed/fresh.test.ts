// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import type { Post } from '../../app/cache.ts'
import { freshPosts, refreshed } from './fresh.ts'
import { type PostPage, type PostPages, postsOf } from './queries.ts'

function post(id: string, likes: number | null = 0): Post {
  const author = { id: 'u', username: 'u', displayName: 'U', avatar: null }
  const counts = likes === null ? null : { likes, comments: 0 }
  const rest = { entities: [], media: [], location: null, viewer: null, editedAt: null, createdAt: '' }
  return { id, author, caption: '', audience: 'public', state: 'published', counts, ...rest }
}

function page(...posts: Post[]): PostPage {
  return { items: posts, nextCursor: null }
}

function pages(...list: PostPage[]): PostPages {
  return { pages: list, pageParams: list.map(() => null) }
}

test('news is what comes before the last post that is known', () => {
  const data = pages(page(post('c'), post('b')), page(post('a')))
  function ids(head: PostPage): string[] {
    return freshPosts(data, head).map(({ id }) => id)
  }
  expect(ids(page(post('e'), post('d'), post('c')))).toEqual(['e', 'd'])
  expect(ids(page(post('c'), post('b')))).toEqual([])
  // Somebody was followed: their older posts are now in between.
  expect(ids(page(post('c'), post('x'), post('b')))).toEqual(['x'])
  // The newest one was deleted, so that one moves up that was not loaded yet.
  expect(ids(page(post('b'), post('a'), post('0')))).toEqual([])
  // So much has come that nothing known is in it.
  expect(ids(page(post('z'), post('y')))).toEqual(['z', 'y'])
  expect(freshPosts(undefined, page(post('a')))).toEqual([])
  expect(freshPosts(pages(page()), page(post('a')))).toHaveLength(1)
})

test('what is known better is taken over where the post is, and what is not known any more is not', () => {
  const data = pages(page(post('c', 1), post('b', 1)), page(post('a', 1)))
  const after = refreshed(data, page(post('d', 9), post('c', 2), post('b', null)))
  expect(after.pages.map(({ items }) => items.map(({ id, counts }) => [id, counts?.likes]))).toEqual([
    [
      ['c', 2],
      ['b', 1],
    ],
    [['a', 1]],
  ])
  expect(after.pages[1]).toBe(data.pages[1])
  expect(refreshed(data, page(post('d', 9), post('c', 1)))).toBe(data)
})

test('a post that moved to the next page while the first was read is shown once', () => {
  expect(postsOf(pages(page(post('c'), post('b')), page(post('b'), post('a')))).map(({ id }) => id)).toEqual([
    'c',
    'b',
    'a',
  ])
  expect(postsOf(undefined)).toEqual([])
})
