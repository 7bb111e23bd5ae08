import {
  Act,
  type AccountState,
  Audience,
  type Comment,
  maySeeComment,
  maySeeFollows,
  maySeePerson,
  maySeePost,
  Notification,
  PersonInList,
  Person as Profile,
  Post,
  SearchResults,
  sideOf,
  type Standing,
} from '@daguerre/contracts'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { api, type Answer, call, done, read } from '../e2e/support/api.ts'
import { type Operation, operations } from '../e2e/support/description.ts'
import { follow, type Person, signInAgain, signUp, unique } from '../e2e/support/people.ts'
import { signUpAs } from '../e2e/support/roles.ts'
import { readyPhoto } from '../e2e/support/photos.ts'
import { allOf, comment } from '../e2e/support/posts.ts'
import { needsSignIn } from '../e2e/support/right-request.ts'
import { soon } from '../e2e/support/soon.ts'
import { tell } from './support/counts.ts'
import { type Subject, subjects } from './support/matrix.ts'

interface Viewer {
  /** How the matrix calls them. */
  name: string
  /** How the table does. */
  standing: Standing
  as: Person | undefined
}

interface Shown {
  post: Post
  audience: Audience
  remark: Comment
  /** What the one who is restricted said, where they see the post. */
  held: Comment | undefined
}

interface Author {
  person: Person
  account: AccountState
  tag: string
  viewers: Viewer[]
  shown: Shown[]
}

const restrictedName = 'who is restricted'
const suspendedName = 'who is suspended'
const accounts: AccountState[] = ['open', 'private', 'closed']
let authors: Author[]
beforeAll(async () => {
  authors = await Promise.all(accounts.map(makeAuthor))
}, 120_000)

/** An account of this state, with a post for each audience, and one of each kind of viewer. */
async function makeAuthor(account: AccountState): Promise<Author> {
  const person = await signUp('author')
  const [stranger, follower, requested, blocked, blocking, muting, friend, suspended, restricted, moderator] =
    await Promise.all([
      ...[
        'stranger',
        'follower',
        'requested',
        'blocked',
        'blocking',
        'muting',
        'friend',
        'suspended',
        'restricted',
      ].map((name) => signUp(name)),
      signUpAs('moderator'),
    ] as const)
  // Before they are blocked: a follow does not help against it, nor does one that ended with it.
  for (const one of [follower!, blocked!, blocking!, suspended!, restricted!]) await follow(one, person)
  await done(api(person).put(`/api/v1/users/${restricted!.id}/restrict`))
  const tag = `t${unique()}`
  const named = [stranger, follower, requested, blocked, blocking, muting, friend, restricted, moderator]
  const caption = `#${tag} ${named.map((one) => `@${one!.username}`).join(' ')}`
  const shown: Shown[] = []
  for (const audience of Audience.options) {
    const media = [{ mediaId: (await readyPhoto(person)).id, altText: '' }]
    const post = await read(Post, api(person).post('/api/v1/posts', { caption, media, audience }), 201)
    const remark = await comment(person, post.id, 'To be seen with it')
    const isSeen = maySeePost('follower', 'open', audience)
    shown.push({ post, audience, remark, held: isSeen ? await comment(restricted!, post.id, 'To be held') : undefined })
  }
  await done(api(person).put(`/api/v1/users/${blocked!.id}/block`))
  await done(api(blocking).put(`/api/v1/users/${person.id}/block`))
  await done(api(muting).put(`/api/v1/users/${person.id}/mute`))
  await done(api(person).put(`/api/v1/users/me/close-friends/${friend!.id}`))
  if (account !== 'open') await read(Profile, api(person).patch('/api/v1/users/me', { private: true }))
  await follow(requested!, person)
  if (account === 'open') await done(api(requested).delete(`/api/v1/users/${person.id}/follow`))
  const ban = { kind: 'ban', subject: { kind: 'account', id: suspended!.id }, reason: 'For the matrix' }
  await read(Act, api(moderator).post('/api/v1/moderation/acts', ban), 201)
  await soon('a ban ends the session', async () => (await api(suspended).get('/api/v1/users/me')).status === 401)
  let author = person
  if (account === 'closed') {
    expect((await api(person).delete('/api/v1/auth/account')).status).toBeLessThan(300)
    author = await signInAgain(person)
    // By an event, which all have heard of who see it in the copies that they share.
    const path = `/api/v1/posts/${shown[0]!.post.id}`
    await soon('the account is closed', async () => (await api(follower).get(path)).status === 404)
  }
  const viewers: Viewer[] = [
    { name: 'author', standing: 'author', as: author },
    { name: 'follower', standing: 'follower', as: follower },
    { name: 'close friend', standing: 'close_friend', as: friend },
    { name: 'who has asked to follow', standing: 'stranger', as: requested },
    { name: 'stranger', standing: 'stranger', as: stranger },
    { name: 'who mutes', standing: 'stranger', as: muting },
    { name: 'moderator', standing: 'stranger', as: moderator },
    { name: 'who is blocked', standing: 'blocked', as: blocked },
    { name: 'who blocks', standing: 'blocked', as: blocking },
    { name: suspendedName, standing: 'follower', as: suspended },
    { name: restrictedName, standing: 'follower', as: restricted },
    { name: 'nobody', standing: 'nobody', as: undefined },
  ]
  return { person: author, account, tag, viewers, shown }
}

let complaints: string[]
let asked = 0
beforeEach(() => {
  complaints = []
})

function of(...wanted: Subject[]): Operation[] {
  return operations.filter(({ operationId }) => wanted.includes(subjects[operationId]!))
}

/** What must be answered. */
type Rule = 'done' | 'hidden' | 'forbidden'

function keeps(rule: Rule, status: number): boolean {
  if (rule === 'hidden') return status === 404
  if (rule === 'forbidden') return status === 403
  return status >= 200 && status < 300
}

const bodies: Record<string, (author: Author, id: string | undefined) => unknown> = {
  report: (_, id) => ({ subject: { kind: 'post', id }, reason: 'spam' }),
  createComment: () => ({ text: 'Said in the matrix' }),
  editPost: ({ tag }) => ({ caption: `#${tag}` }),
  followUserByBody: ({ person }) => ({ userIdToFollow: person.id }),
}

async function ask(
  operation: Operation,
  author: Author,
  { name, as }: Viewer,
  ids: Record<string, string>,
  rule: Rule,
  what = '',
): Promise<Answer> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => ids[key] ?? '')
  const body = bodies[operation.operationId]?.(author, ids['id'])
  const answer = await call(operation.method, path, body === undefined ? {} : { body }, as)
  asked++
  // The session of who is suspended has ended: no door is open to its token.
  const isShut = name === suspendedName || (as === undefined && needsSignIn(operation))
  const isRight = isShut ? answer.status === 401 : keeps(rule, answer.status)
  if (!isRight) complaints.push(`${operation.operationId} of ${author.account} ${what} for ${name}: ${answer.status}`)
  return answer
}

async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  await Promise.all(items.map(work))
}

test('of whatever is named by its id, each sees what the table says, and of all else there is nothing', async () => {
  await forEach(authors, async (author) => {
    for (const { post, audience, remark } of author.shown) {
      await forEach(author.viewers, async (viewer) => {
        const isSeen = maySeePost(viewer.standing, author.account, audience)
        const rule = isSeen ? 'done' : 'hidden'
        for (const operation of of('post')) {
          // Nobody reports themselves.
          if (operation.operationId === 'report' && viewer.name === 'author') continue
          await ask(operation, author, viewer, { id: post.id }, rule, audience)
        }
        for (const operation of of('comment')) await ask(operation, author, viewer, { id: remark.id }, rule, audience)
        const mediaId = post.media[0]!.id
        // What everybody may see is bytes that anybody has, whoever asks.
        const isForAll = maySeePost('nobody', author.account, audience)
        for (const operation of of('photo')) {
          const photoRule = isSeen || isForAll ? 'done' : 'hidden'
          const { status, body } = await ask(operation, author, viewer, { id: mediaId }, photoRule, audience)
          if (status !== 200) continue
          const { url } = (body as { variants: { url: string }[] }).variants[0]!
          const answer = await api().get(url)
          if (answer.status !== 200) complaints.push(`the photo that ${viewer.name} sees is ${answer.status}`)
        }
        const [file] = of('file')
        const ids = { id: mediaId, file: 'thumbnail.webp' }
        await ask(file!, author, viewer, ids, isForAll ? 'done' : 'hidden', audience)
      })
      await forEach(
        author.viewers.filter(({ name }) => name !== 'author'),
        async (viewer) => {
          const rule = maySeePost(viewer.standing, author.account, audience) ? 'forbidden' : 'hidden'
          for (const operation of of('of its author')) {
            const id = operation.path.includes('/comments/') ? remark.id : post.id
            await ask(operation, author, viewer, { id }, rule, audience)
          }
        },
      )
    }
  })
  expect(complaints).toEqual([])
})

test('what is held is there for who wrote it and the author of the post alone, and for nobody who does not see the post', async () => {
  await forEach(authors, async (author) => {
    for (const { post, audience, held } of author.shown) {
      if (!held) continue
      await forEach(author.viewers, async (viewer) => {
        const isPostSeen = maySeePost(viewer.standing, author.account, audience)
        const side = sideOf(viewer.as?.id ?? null, { writerId: held.author.id, authorId: author.person.id })
        const isSeen = isPostSeen && maySeeComment(side, 'held')
        for (const operation of of('comment')) {
          await ask(operation, author, viewer, { id: held.id }, isSeen ? 'done' : 'hidden', `${audience}, held`)
        }
        if (viewer.name === 'author') return
        for (const operation of of('of its author').filter(({ path }) => path.includes('/comments/'))) {
          // Who wrote it may delete it, as any other.
          if (side === 'writer' && operation.operationId === 'deleteComment') continue
          await ask(operation, author, viewer, { id: held.id }, isSeen ? 'forbidden' : 'hidden', `${audience}, held`)
        }
        const { status, body } = await api(viewer.as).get<{ items: Comment[] }>(
          `/api/v1/posts/${post.id}/comments?limit=100`,
        )
        const isListed = status === 200 && body.items.some(({ id }) => id === held.id)
        if (isListed !== (isSeen && viewer.name !== suspendedName))
          complaints.push(
            `${viewer.name} ${isListed ? 'reads' : 'does not read'} what is held below ${author.account} ${audience}`,
          )
      })
    }
  })
  expect(complaints).toEqual([])
})

test('no list has a post for whom it is not, and a profile and a tag have all for whom they are', async () => {
  await forEach(authors, async (author) => {
    await forEach(author.viewers, async (viewer) => {
      for (const operation of of('posts')) {
        const isProfile = operation.operationId === 'listUserPosts'
        const isThere = !isProfile || isPersonSeen(author, viewer)
        const ids = { id: author.person.id, tag: author.tag }
        const { status, body } = await ask(operation, author, viewer, ids, isThere ? 'done' : 'hidden')
        if (status !== 200) continue
        const items = (body as { items: Post[] }).items.map(({ id }) => id)
        for (const { post, audience } of author.shown) {
          const isSeen = maySeePost(viewer.standing, author.account, audience)
          const isListed = items.includes(post.id)
          const what = `${operation.operationId} of ${author.account} for ${viewer.name}: the post for ${audience}`
          if (isListed && !isSeen) complaints.push(`${what} is in it`)
          const isMeant = isProfile || (operation.operationId === 'listTagPosts' && audience === 'public')
          if (isMeant && isSeen && !isListed) complaints.push(`${what} is not in it`)
        }
      }
    })
  })
  expect(complaints).toEqual([])
})

test('nobody is told of a post that is not for them, before it was not or after', async () => {
  await forEach(authors, async (author) => {
    const signedIn = author.viewers.filter(({ as, name }) => as !== undefined && name !== suspendedName)
    await forEach(signedIn, async ({ name, standing, as }) => {
      const items = await allOf(Notification, as, '/api/v1/notifications')
      const told = new Set(items.flatMap(({ post }) => (post ? [post.id] : [])))
      for (const { post, audience } of author.shown) {
        if (told.has(post.id) && !maySeePost(standing, author.account, audience))
          complaints.push(`the post for ${audience} of ${author.account} is told of to ${name}`)
      }
      asked++
    })
  })
  const follower = authors[0]!.viewers.find(({ name }) => name === 'follower')!.as!
  // Or nothing of all this was told to anybody.
  expect(await allOf(Notification, follower, '/api/v1/notifications')).not.toEqual([])
  expect(complaints).toEqual([])
})

test('a search and suggestions have nobody who is not there, and of hashtags what everybody may see', async () => {
  await forEach(authors, async (author) => {
    const { username, id } = author.person
    await forEach(
      author.viewers.filter(({ name }) => name !== suspendedName),
      async ({ name, standing, as }) => {
        const { people } = await read(SearchResults, api(as).get(`/api/v1/search?q=@${username}`))
        const isFound = people.some((one) => one.id === id)
        // Who is leaving does not find themselves either, of which nothing depends.
        if (name !== 'author' && isFound !== maySeePerson(standing, author.account))
          complaints.push(`a search of ${name} ${isFound ? 'finds' : 'lacks'} ${author.account}`)
        const { tags } = await read(SearchResults, api(as).get(`/api/v1/search?q=%23${author.tag}`))
        const posts = Audience.options.filter((audience) => maySeePost('nobody', author.account, audience)).length
        expect(tags, `${author.account} by ${name}`).toEqual(posts > 0 ? [{ tag: author.tag, posts }] : [])
        asked += 2
        if (!as) return
        const suggested = await allOf(PersonInList, as, '/api/v1/users/me/suggestions')
        if (suggested.some((one) => one.id === id) && !maySeePerson(standing, author.account))
          complaints.push(`${author.account} is suggested to ${name}`)
        asked++
      },
    )
  })
  expect(complaints).toEqual([])
})

test('a person is there for all but those whom they block, and nobody who is closed is there', async () => {
  await forEach(authors, async (author) => {
    await forEach(author.viewers, async (viewer) => {
      const isSeen = isPersonSeen(author, viewer)
      const ids = { id: author.person.id }
      // Whoever blocks finds them, to end it.
      const isFound = isSeen || (viewer.name === 'who blocks' && author.account !== 'closed')
      for (const operation of of('person')) await ask(operation, author, viewer, ids, isFound ? 'done' : 'hidden')
      for (const operation of of('follows')) {
        const { status, body } = await ask(operation, author, viewer, ids, isFound ? 'done' : 'hidden')
        const isShown = maySeeFollows(viewer.standing, author.account)
        if (status === 200 && !isShown && (body as { items: unknown[] }).items.length > 0)
          complaints.push(`${operation.operationId} of ${author.account} for ${viewer.name} shows somebody`)
      }
      if (!isFound) for (const operation of of('tie')) await ask(operation, author, viewer, ids, 'hidden')
    })
  })
  expect(complaints).toEqual([])
  const [people, posts] = [authors[0]!.viewers.length, authors.length * Audience.options.length]
  tell(
    'visibility',
    `${posts} posts and ${authors.length} accounts × ${people} viewers × ${operations.length} operations: ${asked} asked`,
  )
})

function isPersonSeen({ account }: Author, { standing }: Viewer): boolean {
  return maySeePerson(standing, account)
}
