import { expect, test } from 'vitest'
import { commentsIn, withComment, withLike } from './changes.ts'
import type { Comment, CommentPages } from './queries.ts'

function comment(id: string, parentId: string | null = null): Comment {
  return { id, parentId, viewer: { liked: false }, counts: { likes: 0, replies: 0 } } as Comment
}

function pages(lists: string[][], nextCursor: string | null = null): CommentPages {
  return {
    pages: lists.map((ids, index) => ({
      items: ids.map((id) => comment(id)),
      nextCursor: index === lists.length - 1 ? nextCursor : 'next',
    })),
    pageParams: lists.map(() => null),
  }
}

function ids(data: CommentPages): string[][] {
  return data.pages.map(({ items }) => items.map(({ id }) => id))
}

test('a new comment comes first, a reply last, each once', () => {
  const data = pages([['b', 'a'], ['0']])
  expect(ids(withComment(data, comment('c')))).toEqual([['c', 'b', 'a'], ['0']])
  expect(ids(withComment(data, comment('r', 'a')))).toEqual([
    ['b', 'a'],
    ['0', 'r'],
  ])
  expect(withComment(data, comment('a'))).toBe(data)
})

test('a reply does not jump before those that are not loaded yet', () => {
  const data = pages([['a']], 'more')
  expect(withComment(data, comment('r', 'x'))).toBe(data)
})

test('what was pushed onto the next page while the first was read is there once', () => {
  expect(
    commentsIn(
      pages([
        ['c', 'b'],
        ['b', 'a'],
      ]),
    ).map(({ id }) => id),
  ).toEqual(['c', 'b', 'a'])
})

test('a like counts once', () => {
  const liked = withLike(comment('a'), true)
  expect(liked).toMatchObject({ viewer: { liked: true }, counts: { likes: 1 } })
  expect(withLike(liked, true)).toBe(liked)
  expect(withLike(liked, false)).toEqual(comment('a'))
})
