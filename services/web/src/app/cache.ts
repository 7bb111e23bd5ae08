import type { components } from '@daguerre/client'
import { queryClient } from './query-client.ts'

type Schemas = components['schemas']
export type Post = Schemas['Post']
export type Comment = Schemas['Comment']
/** What is known of a person where they are shown: everywhere who they are, in lists the relation, on their page the rest. */
export type AnyPerson = Schemas['PersonShort'] & Partial<Omit<Schemas['Person'], keyof Schemas['PersonShort']>>

/** What one item of a query becomes: the same object if it is not meant, null if it goes. */
type Change = (item: object) => object | null

interface Recent {
  roots: ReadonlySet<string>
  change: Change
  at: number
  key: string | undefined
}

const postRoots = new Set(['feed', 'post'])
const personRoots = new Set(['feed', 'post', 'person', 'comments', 'search', 'me'])
const commentRoots = new Set(['comments'])

/**
 * Changes every copy of a post that is kept. `change` is called again on answers that were under way, so it must leave alone
 * what it has changed already, and give the same object then.
 */
export function patchPost(id: string, change: (post: Post) => Post): void {
  apply(postRoots, (item) => (isPost(item) && item.id === id ? change(item) : item))
}

/** Changes every copy that is there now, and no answer to come: for what would count twice. */
export function patchPostOnce(id: string, change: (post: Post) => Post): void {
  spread(postRoots, (item) => (isPost(item) && item.id === id ? change(item) : item))
}

/** Shows what the server has just said of a post wherever it is shown. */
export function spreadPost(post: Post): void {
  spread(postRoots, (item) =>
    isPost(item) && item.id === post.id
      ? { ...post, counts: post.counts ?? item.counts, viewer: post.viewer ?? item.viewer }
      : item,
  )
}

/** Takes a post out of every list. What is kept of the post itself stays: a page may still show it. */
export function removePost(id: string): void {
  apply(postRoots, (item) => (isPost(item) && item.id === id ? null : item))
}

/**
 * Changes every copy of a person, also where they are an author. The same holds for `change` as for that of a post.
 * @param key of changes of which the last one alone counts
 */
export function patchPerson(id: string, change: (person: AnyPerson) => AnyPerson, key?: string): void {
  apply(personRoots, changeOfPerson(id, change), key)
}

/** Changes every copy that is there now, and no answer to come: they know better. */
export function patchPersonOnce(id: string, change: (person: AnyPerson) => AnyPerson): void {
  spread(personRoots, changeOfPerson(id, change))
}

function changeOfPerson(id: string, change: (person: AnyPerson) => AnyPerson): Change {
  return (item) => {
    if (isPerson(item)) return item.id === id ? change(item) : item
    if (!hasAuthor(item) || item.author.id !== id) return item
    const author = change(item.author)
    return author === item.author ? item : { ...item, author }
  }
}

/** Changes every copy of a comment; null takes it away. The same holds for `change` as for that of a post. */
export function patchComment(id: string, change: (comment: Comment) => Comment | null): void {
  apply(commentRoots, (item) => (isComment(item) && item.id === id ? change(item) : item))
}

export function patchCommentOnce(id: string, change: (comment: Comment) => Comment): void {
  spread(commentRoots, (item) => (isComment(item) && item.id === id ? change(item) : item))
}

/** Puts a post that was just made at the beginning of the lists where its author looks for it. */
export function prependPost(post: Post): void {
  for (const queryKey of [
    ['feed', 'home'],
    ['feed', 'person', post.author.username],
  ]) {
    const isNews = post.state === 'published' || queryKey[1] === 'person'
    queryClient.setQueryData<Pages>(queryKey, (data) => (data && isNews ? withFirst(data, post) : data))
  }
  queryClient.setQueryData(['post', post.id], post)
}

interface Pages {
  pages: { items: Post[] }[]
}

function withFirst(data: Pages, post: Post): Pages {
  const [first, ...others] = data.pages.map((page) => ({
    ...page,
    items: page.items.filter(({ id }) => id !== post.id),
  }))
  return first ? { ...data, pages: [{ ...first, items: [post, ...first.items] }, ...others] } : data
}

// An answer that was asked for before a change, or a list on the server that hears of it a little later, must not undo it.
const recentMs = 15_000
let recent: Recent[] = []

function apply(roots: ReadonlySet<string>, change: Change, key?: string): void {
  const now = Date.now()
  const others = recent.filter((other) => now - other.at < recentMs && (key === undefined || other.key !== key))
  recent = [...others, { roots, change, at: now, key }]
  spread(roots, change)
}

function spread(roots: ReadonlySet<string>, change: Change): void {
  for (const query of queryClient.getQueryCache().getAll()) {
    if (roots.has(String(query.queryKey[0]))) write(query, change)
  }
}

type Kept = ReturnType<ReturnType<typeof queryClient.getQueryCache>['getAll']>[number]

function write(query: Kept, change: Change): void {
  const { data, dataUpdatedAt } = query.state
  const changed = mapItems(data, change)
  // As old as before: it was not asked for again.
  if (changed !== data) queryClient.setQueryData(query.queryKey, changed, { updatedAt: dataUpdatedAt })
}

queryClient.getQueryCache().subscribe(({ type, query, ...event }) => {
  if (type !== 'updated' || !('action' in event)) return
  if (event.action.type !== 'success' || event.action.manual) return
  const now = Date.now()
  for (const { roots, change, at } of recent) {
    if (now - at < recentMs && roots.has(String(query.queryKey[0]))) write(query, change)
  }
})

/** Forgets what was changed lately: somebody else looks now. */
export function forgetChanges(): void {
  recent = []
}

/**
 * Changes the items that a query holds, be it one, a page of them, pages, or what a search found. What does not change stays
 * the same object.
 */
function mapItems(data: unknown, change: Change): unknown {
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) return mapList(data, change)
  let result = data
  for (const list of ['pages', 'items', 'people'] as const) {
    const value = (data as Record<string, unknown>)[list]
    if (!Array.isArray(value)) continue
    const mapped =
      list === 'pages' ? mapList(value, (page) => mapItems(page, change) as object) : mapList(value, change)
    if (mapped !== value) result = { ...result, [list]: mapped }
  }
  if ('id' in data) return change(data) ?? data
  return result
}

function mapList(list: readonly object[], change: Change): readonly object[] {
  let isChanged = false
  const mapped = list.flatMap((item) => {
    const next = change(item)
    if (next !== item) isChanged = true
    return next === null ? [] : [next]
  })
  return isChanged ? mapped : list
}

function isPost(item: object): item is Post {
  return 'caption' in item && 'media' in item
}

function isComment(item: object): item is Comment {
  return 'postId' in item && 'text' in item
}

function isPerson(item: object): item is AnyPerson {
  return 'username' in item && 'displayName' in item
}

function hasAuthor(item: object): item is { author: AnyPerson } {
  return 'author' in item
}
