import { type Case, type Page, Post } from '@daguerre/contracts'
import { beforeAll, expect, test } from 'vitest'
import { api, call, done, read } from '../e2e/support/api.ts'
import { type JsonSchema, type Operation, operations, resolve } from '../e2e/support/description.ts'
import { type EventStream, openStream } from '../e2e/support/event-stream.ts'
import { follow, type Person, signUp, unique } from '../e2e/support/people.ts'
import { comment, like, publish } from '../e2e/support/posts.ts'
import { needsSignIn, rightRequest } from '../e2e/support/right-request.ts'
import { needsRole, signUpAs } from '../e2e/support/roles.ts'
import { settled, soon } from '../e2e/support/soon.ts'
import { needsOwnAccount, type World } from '../e2e/support/world.ts'
import { system } from '../setup/system.ts'
import { tell } from './support/counts.ts'

/** So many people like the post: a number that nothing else about it has. */
const many = 23

/** Whether answers of this kind have a number in them. */
function hasNumber(given: JsonSchema, seen = new Set<string>()): boolean {
  if (given.$ref !== undefined) {
    if (seen.has(given.$ref)) return false
    seen.add(given.$ref)
  }
  const { type = [], properties = {}, items, anyOf = [], oneOf = [], allOf = [] } = resolve(given)
  if ([type].flat().some((name) => name === 'integer' || name === 'number')) return true
  const inner = [...Object.values(properties), ...(items ? [items] : []), ...anyOf, ...oneOf, ...allOf]
  return inner.some((schema) => hasNumber(schema, seen))
}

/** Every operation that may tell a number. What is about accounts, and about one's own exports and archives, knows no post of others. */
const telling = operations
  .filter((operation) => {
    const contents = Object.entries(operation.responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([, { content = {} }]) => Object.entries(content))
    return contents.some(([type, { schema }]) => type !== 'application/json' || (schema && hasNumber(schema)))
  })
  .filter((operation) => operation['x-service'] !== 'auth' && !needsOwnAccount(operation))

let author: Person
let [reader, stranger, moderator]: [Person, Person, Person] = [] as never
let world: World
let named: Record<string, string>
let streams: Map<Person, EventStream>
beforeAll(async () => {
  ;[author, reader, stranger, moderator] = await Promise.all([
    ...['author', 'reader', 'stranger'].map((name) => signUp(name)),
    signUpAs('moderator'),
  ] as [Promise<Person>, Promise<Person>, Promise<Person>, Promise<Person>])
  await follow(reader, author)
  const tag = `t${unique()}`
  const post = await publish(author, `#${tag}`)
  const remark = await comment(reader, post.id, 'Said')
  world = { owner: author, stranger, moderator, judge: moderator, post, comment: remark, tag, deletedPostId: '' }
  await done(api(reader).put(`/api/v1/posts/${post.id}/save`))
  await done(api(stranger).post('/api/v1/reports', { subject: { kind: 'post', id: post.id }, reason: 'spam' }))
  const { items } = (await api(moderator).get<Page<Case>>('/api/v1/moderation/cases?limit=100')).body
  const caseId = items.find(({ subject }) => subject.id === post.id)?.id ?? ''
  named = {
    ...{ posts: post.id, comments: remark.id, users: author.id, accounts: author.id, tags: tag, cases: caseId },
    media: post.media[0]!.id,
  }
  const people = [author, reader, stranger, moderator]
  streams = new Map(await Promise.all(people.map(async (person) => [person, await openStream(person)] as const)))
  const others = await Promise.all(Array.from({ length: many - 3 }, () => signUp('liker')))
  for (const person of [reader, stranger, moderator, ...others]) await like(person, post.id)
  // So that those who watch hear of something.
  await comment(author, post.id, 'Answered', remark.id)
  await soon('the post is to be discovered', async () => {
    const { body } = await api(stranger).get<Page<Post>>('/api/v1/feed/explore?limit=100')
    return body.items.find(({ id }) => id === post.id)?.counts?.likes === many
  })
}, 120_000)

/** Whether the number stands anywhere in what is about the post: of lists, in the items that name it. */
function tells(value: unknown, isAbout: boolean): boolean {
  if (typeof value === 'number') return value === many
  if (typeof value === 'string') return new RegExp(`^${many}$|\\b${many} `).test(value)
  if (Array.isArray(value)) {
    const about = value.filter((item) => isAbout || JSON.stringify(item).includes(world.post.id))
    return (isAbout && value.length === many) || about.some((item) => tells(item, isAbout))
  }
  return Object.values(value ?? {}).some((inner) => tells(inner, isAbout))
}

/** Asks all of them as each of these. @returns those that tell the number, and to whom */
async function ask(
  viewers: Record<string, Person | undefined>,
  asking = telling,
): Promise<{ told: string[]; asked: number }> {
  const told: string[] = []
  let asked = 0
  await Promise.all(
    Object.entries(viewers).map(async ([name, viewer]) => {
      for (const operation of asking) {
        if (needsRole(operation) ? viewer !== moderator : viewer === undefined && needsSignIn(operation)) continue
        const walked = await rightRequest(world, operation, viewer ?? stranger, named)
        const { status, body } = await call(operation.method, withMost(operation, walked.path), walked.request, viewer)
        asked++
        if (status >= 300 && status !== 403)
          throw new Error(`${operation.operationId} by ${name} is ${status}: ${JSON.stringify(body)}`)
        if (tells(body, operation.path.includes('/posts/{id}'))) told.push(`${operation.operationId} to ${name}`)
      }
    }),
  )
  return { told, asked }
}

/** Of a list as much as there may be. */
function withMost({ parameters = [] }: Operation, path: string): string {
  if (!parameters.some(({ name }) => name === 'limit')) return path
  return `${path}${path.includes('?') ? '&' : '?'}limit=100`
}

async function pages(): Promise<string[]> {
  const { post, owner, tag } = world
  const paths = [`/p/${post.id}`, `/@${owner.username}`, `/tags/${tag}`, '/', `/oembed?url=${system.url}/p/${post.id}`]
  const texts = await Promise.all(paths.map(async (path) => (await fetch(`${system.url}${path}`)).text()))
  return paths.filter((_, index) => new RegExp(`\\b${many} likes?\\b`).test(texts[index]!))
}

test('of hidden likes no operation, page or stream tells how many there are to anybody but the author', async () => {
  const viewers = { reader, stranger, moderator, nobody: undefined }
  // What tells it while it is not hidden is what would be noticed.
  const before = await ask(viewers)
  for (const one of [
    ...['reader', 'stranger', 'moderator', 'nobody'].flatMap((name) =>
      ['getPost', 'listLikes', 'listUserPosts', 'listTagPosts', 'getFeed'].map((id) => `${id} to ${name}`),
    ),
    ...['getHomeFeed to reader', 'listSaved to reader', 'getExplore to stranger', 'likePost to stranger'],
  ]) {
    expect(before.told).toContain(one)
  }
  expect(await pages()).toContain(`/p/${world.post.id}`)

  await read(Post, api(author).patch(`/api/v1/posts/${world.post.id}`, { likesHidden: true }))
  await settled(async () => {
    expect((await api(stranger).get(`/api/v1/posts/${world.post.id}/likes`)).status).toBe(403)
  })
  const after = await ask(viewers)
  expect(after.told).toEqual([])
  await settled(async () => expect(await pages()).toEqual([]))

  // Its author is told as before, and hears of each who likes it.
  const reading = telling.filter(({ method }) => method === 'GET')
  const own = await ask({ author }, reading)
  for (const id of ['getPost', 'listLikes', 'listUserPosts', 'listTagPosts', 'getFeed', 'getHomeFeed']) {
    expect(own.told).toContain(`${id} to author`)
  }
  const heard = await Promise.all(
    [author, reader, stranger, moderator].map(async (person) => {
      const stream = streams.get(person)!
      if (person === author) await stream.next('notification', (data) => tells(data, true))
      if (person === reader) await stream.next('notification', (data) => JSON.stringify(data).includes(world.post.id))
      stream.close()
      return stream.events.some(({ data }) => tells(data, true))
    }),
  )
  expect(heard).toEqual([true, false, false, false])
  tell(
    'hidden likes',
    `${telling.length} operations that may tell a number × ${Object.keys(viewers).length} viewers: ${after.asked} asked, ${before.told.length} would tell`,
  )
})
