import { afterEach, beforeEach, expect, test } from 'vitest'
import { noRelation } from '../features/person/follow.ts'
import {
  type AnyPerson,
  forgetChanges,
  patchComment,
  patchPerson,
  patchPost,
  type Post,
  prependPost,
  removePost,
} from './cache.ts'
import { withFollow } from '../features/person/follow.ts'
import { queryClient } from './query-client.ts'

beforeEach(() => forgetChanges())
afterEach(() => queryClient.clear())

const louise: AnyPerson = { id: 'louise', username: 'louise', displayName: 'Louise', avatar: null }

function post(id: string, more: Partial<Post> = {}): Post {
  return {
    id,
    author: louise,
    caption: '',
    entities: [],
    media: [],
    location: null,
    audience: 'public',
    counts: { likes: 1, comments: 0 },
    viewer: { liked: false, saved: false },
    state: 'published',
    createdAt: '2026-01-01T00:00:00Z',
    editedAt: null,
    ...more,
  }
}

function pages(...lists: Post[][]) {
  return { pages: lists.map((items) => ({ items, nextCursor: null })), pageParams: lists.map(() => null) }
}

function like(post: Post): Post {
  if (post.viewer?.liked !== false) return post
  return { ...post, viewer: { ...post.viewer, liked: true }, counts: { likes: 2, comments: 0 } }
}

function likedIn(key: unknown[]): unknown {
  return queryClient
    .getQueryData<ReturnType<typeof pages>>(key)
    ?.pages.map((page) => page.items.map((item) => item.viewer?.liked))
}

function idsIn(key: unknown[]): unknown {
  return queryClient
    .getQueryData<ReturnType<typeof pages>>(key)
    ?.pages.flatMap((page) => page.items.map(({ id }) => id))
}

test('a post is changed in every list, on its page and nowhere else', () => {
  queryClient.setQueryData(['feed', 'home'], pages([post('a'), post('b')], [post('c')]), { updatedAt: 7 })
  queryClient.setQueryData(['feed', 'home', 'head'], { items: [post('a')], nextCursor: null })
  queryClient.setQueryData(['post', 'b'], post('b'))
  queryClient.setQueryData(['post', 'c'], post('c'))
  patchPost('b', like)
  expect(likedIn(['feed', 'home'])).toEqual([[false, true], [false]])
  expect(queryClient.getQueryData<Post>(['post', 'b'])?.counts?.likes).toBe(2)
  expect(queryClient.getQueryData<Post>(['post', 'c'])?.viewer?.liked).toBe(false)
  // It is not newer than before: who asks whether it is stale must hear so.
  expect(queryClient.getQueryState(['feed', 'home'])?.dataUpdatedAt).toBe(7)
})

test('what does not change stays the same object, down to the page', () => {
  const before = pages([post('a')], [post('b')])
  queryClient.setQueryData(['feed', 'home'], before)
  patchPost('zzz', like)
  expect(queryClient.getQueryData(['feed', 'home'])).toBe(before)
  patchPost('b', like)
  const after = queryClient.getQueryData<typeof before>(['feed', 'home'])
  expect(after?.pages[0]).toBe(before.pages[0])
  expect(after?.pages[1]).not.toBe(before.pages[1])
})

test('an answer that was under way does not undo a change', async () => {
  let answer: ((page: ReturnType<typeof pages>) => void) | undefined
  const coming = new Promise<ReturnType<typeof pages>>((resolve) => {
    answer = resolve
  })
  const asking = queryClient.fetchQuery({ queryKey: ['feed', 'global'], queryFn: () => coming })
  await Promise.resolve()
  patchPost('a', like)
  removePost('b')
  answer?.(pages([post('a'), post('b')]))
  await asking
  expect(likedIn(['feed', 'global'])).toEqual([[true]])
})

test('a person is changed in lists, on their page, in what was searched and as author', () => {
  const anselm = { ...louise, id: 'anselm', username: 'anselm' }
  const relation = { following: false, followedBy: true, muted: false }
  queryClient.setQueryData(['person', 'louise'], { ...louise, viewer: relation, counts: { followers: 1 } })
  queryClient.setQueryData(['search', 'lou'], { people: [anselm, { ...louise, viewer: relation }], tags: [] })
  queryClient.setQueryData(['feed', 'home'], pages([post('a'), post('b', { author: anselm })]))
  patchPerson('louise', (person) => ({
    ...person,
    displayName: 'L.',
    ...(person.viewer ? { viewer: { ...person.viewer, following: true } } : {}),
  }))
  expect(queryClient.getQueryData(['person', 'louise'])).toMatchObject({
    viewer: { following: true },
    displayName: 'L.',
  })
  expect(queryClient.getQueryData(['search', 'lou'])).toMatchObject({
    people: [{ displayName: 'Louise' }, { viewer: { following: true, followedBy: true, muted: false } }],
  })
  expect(queryClient.getQueryData<ReturnType<typeof pages>>(['feed', 'home'])?.pages[0]?.items).toMatchObject([
    { author: { displayName: 'L.' } },
    { author: { displayName: 'Louise' } },
  ])
})

test('of changes that take each other back the last one alone meets an answer to come', async () => {
  const relation = noRelation
  const key = ['person', 'louise']
  const person = { ...louise, private: true, viewer: relation }
  queryClient.setQueryData(key, person)
  for (const isFollowing of [true, false, true]) {
    patchPerson('louise', (known) => withFollow(known, isFollowing), 'follow louise')
  }
  expect(queryClient.getQueryData(key)).toMatchObject({ viewer: { following: false, requested: true } })
  // Accepted meanwhile.
  const accepted = { ...person, viewer: { ...relation, following: true } }
  await queryClient.fetchQuery({ queryKey: key, queryFn: async () => accepted, staleTime: 0 })
  expect(queryClient.getQueryData(key)).toMatchObject({ viewer: { following: true, requested: false } })
})

test('a comment goes, and the one on its own page of the cache is left to who shows it', () => {
  const comment = { id: 'c', postId: 'p', text: 'hello' }
  queryClient.setQueryData(['comments', 'p'], { pages: [{ items: [comment] }], pageParams: [null] })
  patchComment('c', () => null)
  expect(queryClient.getQueryData(['comments', 'p'])).toEqual({ pages: [{ items: [] }], pageParams: [null] })
})

test('a new post comes first at home and on the profile of its author, once', () => {
  queryClient.setQueryData(['feed', 'home'], pages([post('a')]))
  queryClient.setQueryData(['feed', 'person', 'louise'], pages([post('a')]))
  queryClient.setQueryData(['feed', 'person', 'anselm'], pages([post('z')]))
  const made = post('n', { state: 'processing' })
  prependPost(made)
  prependPost({ ...made, state: 'published' })
  expect(idsIn(['feed', 'home'])).toEqual(['n', 'a'])
  expect(idsIn(['feed', 'person', 'louise'])).toEqual(['n', 'a'])
  expect(idsIn(['feed', 'person', 'anselm'])).toEqual(['z'])
})
