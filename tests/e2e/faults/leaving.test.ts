import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  Act,
  CaseNote,
  CaseDetail,
  Media,
  Notification,
  Page,
  Case,
  Person as Profile,
  Post,
} from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { waitFor } from '@daguerre/kit/testing'
import { Redis } from 'ioredis'
import { MongoClient } from 'mongodb'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { api, done, read } from '../support/api.ts'
import { bringArchive, instagramArchive, sendArchive } from '../support/archives.ts'
import { exportOf } from '../support/exports.ts'
import { follow, type Person, signInAgain, signUp, unique } from '../support/people.ts'
import { formOf, processed } from '../support/photos.ts'
import { allOf, comment, like, publish } from '../support/posts.ts'
import { databases, filesIn, type Finding, mongoUrl, objectsFolder, redises, scan } from '../support/scan.ts'
import { signUpAs } from '../support/roles.ts'
import { soon } from '../support/soon.ts'
import { withDatabase } from './support/database.ts'

/** What is promised. */
const timeoutMs = 60_000

interface Allowed {
  place: RegExp
  /** Of what is found there, what may stay. */
  is: (text: string) => boolean
  why: string
}

/** Neither word nor picture: ids, versions and times. */
function isOnlyIds(words: readonly string[]) {
  return (text: string) => !words.some((word) => text.includes(word))
}

/** What may stay of what is gone, each with its reason. @param words what was said, shown, named: none of it may stay but with the broker */
function allowed(words: readonly string[]): Allowed[] {
  const ids = isOnlyIds(words)
  return [
    {
      place: /^broker /,
      is: () => true,
      why: 'the broker keeps messages for 15 minutes: it has no way to forget one of them',
    },
    { place: /^postgres post\.post$/, is: ids, why: 'the tombstone of a post' },
    {
      place: /^postgres interaction\.post_ref$/,
      is: ids,
      why: 'the tombstone of a post: nobody likes or says anything late',
    },
    { place: /^postgres \w+\.erasure$/, is: ids, why: 'the tombstone of a photo, or of somebody who has left' },
    { place: /^postgres \w+\.forgotten$/, is: ids, why: 'what is to be forgotten of the outbox, for a minute' },
    {
      place: /^postgres \w+\.outbox$/,
      is: ids,
      why: 'the event that tells of the deletion, ends of follows, counts; and whom others replied to',
    },
    { place: /^postgres post\.media$/, is: ids, why: 'a photo of a deleted post, which no new post can show' },
    { place: /^mongodb post_ref$/, is: ids, why: 'the tombstone of a post' },
    { place: /^mongodb comment_tombstone$/, is: ids, why: 'the tombstone of a comment' },
    {
      place: /^mongodb group$/,
      is: (text) => ids(text) && text.includes('"live":false'),
      why: 'that a notification is gone, for open streams',
    },
    { place: /^postgres moderation\.audit_entry$/, is: ids, why: 'what moderators did, by ids' },
    { place: /^mongodb departed$/, is: ids, why: 'the tombstone of somebody who has left' },
    {
      place: /^redis (post|person):/,
      is: (text) => ids(text) && text.includes('9007199254740991|'),
      why: 'the tombstone among copies, for a day',
    },
    { place: /^redis explore\{list\}:/, is: ids, why: 'lists that somebody may be paging through, for an hour' },
    { place: /^redis home:\{.*:edges$/, is: ids, why: 'that somebody is followed no longer, in a timeline' },
    { place: /^redis (marks|relations):/, is: ids, why: 'what others have done, for an hour' },
    {
      place: /^s3 metadata\/[^/]+\/\.sgwtmp\/multipart\//,
      is: ids,
      why: 'the name of an upload in parts that is over, which the S3 of the local run leaves behind: an id',
    },
    {
      place: /^log /,
      is: (text) => ids(text) || text.includes('"path":"/api/v1/tags/') || text.includes('"path":"/api/v1/users/'),
      why: 'paths of requests: what somebody asked for, for as long as logs are kept',
    },
  ]
}

async function leftOver(
  needles: readonly string[],
  words: readonly string[],
  also: readonly Allowed[] = [],
): Promise<Finding[]> {
  const rules = [...allowed(words), ...also]
  const found = await scan(needles)
  return found.filter(({ place, text }) => !rules.some((rule) => rule.place.test(place) && rule.is(text)))
}

/** Resolves when nothing but what may stay is left. @returns after how many ms */
async function untilGone(
  needles: readonly string[],
  words: readonly string[],
  also?: readonly Allowed[],
): Promise<number> {
  const began = performance.now()
  let left: Finding[] = []
  try {
    await waitFor(
      async () => {
        left = await leftOver(needles, words, also)
        return left.length === 0
      },
      { timeoutMs, intervalMs: 1000, what: 'every trace is gone' },
    )
  } catch (error) {
    throw new Error(
      `left after a minute:\n${left.map(({ place, text }) => `${place}: ${text.slice(0, 400)}`).join('\n')}`,
      {
        cause: error,
      },
    )
  }
  return performance.now() - began
}

/** A photo like no other, in its pixels and so in all that is made of it, that says so in its metadata. */
async function markedPhoto(word: string): Promise<Buffer> {
  const [width, height] = [97, 61]
  return await sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } })
    .withExif({ IFD0: { Artist: word } })
    .jpeg()
    .toBuffer()
}

/** Somebody reports something. */
async function report(as: Person, kind: 'post' | 'comment' | 'account', id: string, text = ''): Promise<void> {
  await done(api(as).post('/api/v1/reports', { subject: { kind, id }, reason: 'spam', text }))
}

/** A moderator takes the case of an account, notes something and warns; the warning. */
async function warn(moderator: Person, { id }: Person, word: string): Promise<Act> {
  const { items } = await read(Page(Case), api(moderator).get('/api/v1/moderation/cases?limit=100'))
  const caseId = items.find(({ subject }) => subject.id === id)?.id ?? ''
  const path = `/api/v1/moderation/cases/${caseId}`
  await read(CaseNote, api(moderator).post(`${path}/notes`, { text: word }), 201)
  await read(CaseDetail, api(moderator).patch(path, { state: 'working' }))
  const body = { kind: 'warn', subject: { kind: 'account', id }, reason: word, caseId }
  const headers = { 'idempotency-key': newId() }
  return await read(Act, api(moderator).post('/api/v1/moderation/acts', body, { headers }), 201)
}

async function upload(person: Person, photo: Buffer): Promise<Media> {
  const { id } = await read(Media, api(person).post('/api/v1/media/upload', formOf(photo)), 201)
  return await processed(person, id)
}

/** What was stored; beside it the storage keeps what it says of each, its type for one, which many have in common. */
function photoFiles(): string[] {
  return filesIn(join(objectsFolder(), 'objects'))
}

/** Digests of what is stored under names with one of these ids. */
function digestsOf(ids: readonly string[]): Set<string> {
  const files = photoFiles().filter((path) => ids.some((id) => path.includes(id)))
  return new Set(files.map((path) => createHash('sha256').update(readFileSync(path)).digest('hex')))
}

function storedDigests(): Set<string> {
  return new Set(photoFiles().map((path) => createHash('sha256').update(readFileSync(path)).digest('hex')))
}

test('the scan finds a trace wherever one is', async () => {
  const word = `planted${unique()}`
  const places: [expected: string, plant: () => Promise<unknown>, remove: () => Promise<unknown>][] = []
  for (const [app] of databases()) {
    places.push([
      `postgres ${app}.outbox`,
      () =>
        withDatabase(app, (db) =>
          db.query(
            `insert into outbox (id, topic, type, subject, version, data, published_at, sequence) values ($1, 'x', 'x', 'x', 1, $2, now(), null)`,
            [newId(), JSON.stringify({ word })],
          ),
        ),
      () => withDatabase(app, (db) => db.query(`delete from outbox where data->>'word' = $1`, [word])),
    ])
  }
  const mongo = await MongoClient.connect(mongoUrl())
  const tombstones = mongo.db().collection<{ _id: string; at: Date }>('comment_tombstone')
  places.push([
    'mongodb comment_tombstone',
    () => tombstones.insertOne({ _id: word, at: new Date() }),
    () => tombstones.deleteOne({ _id: word }),
  ])
  const opened = redises().map(([name, url]) => ({ name, redis: new Redis(url) }))
  for (const { name, redis } of opened) {
    const kinds: [string, (key: string) => Promise<unknown>][] = [
      ['string', (key) => redis.set(key, word)],
      ['hash', (key) => redis.hset(key, 'field', word)],
      ['list', (key) => redis.rpush(key, word)],
      ['set', (key) => redis.sadd(key, word)],
      ['zset', (key) => redis.zadd(key, 0, word)],
      ['stream', (key) => redis.xadd(key, '*', 'field', word)],
    ]
    for (const [kind, plant] of kinds) {
      const key = `scan-test:${kind}`
      places.push([`${name} ${key}`, () => plant(key), () => redis.del(key)])
    }
    places.push([
      `${name} scan-test:${word}`,
      () => redis.set(`scan-test:${word}`, ''),
      () => redis.del(`scan-test:${word}`),
    ])
  }
  const [object, named] = [join(objectsFolder(), 'scan-test'), join(objectsFolder(), word)]
  places.push(['s3 scan-test', async () => writeFileSync(object, `bytes ${word}`), async () => rmSync(object)])
  places.push([`s3 ${word}`, async () => writeFileSync(named, 'x'), async () => rmSync(named)])
  const log = join(system.home, 'logs', 'scan-test.log')
  places.push(['log scan-test.log', async () => appendFileSync(log, `${word}\n`), async () => rmSync(log)])
  try {
    for (const [, plant] of places) await plant()
    const found = new Set((await scan([word])).map(({ place }) => place))
    expect(found).toEqual(new Set(places.map(([expected]) => expected)))
  } finally {
    for (const [, , remove] of places) await remove()
    await mongo.close()
    for (const { redis } of opened) redis.disconnect()
  }
  expect(await scan([word])).toEqual([])
})

test('a deleted post is nowhere any more within a minute, whatever others did with it, and its photos are not served after 5 s', async () => {
  const [author, fan, other] = [await signUp('author'), await signUp('fan'), await signUp('other')]
  const moderator = await signUpAs('moderator')
  for (const follower of [fan, other]) await follow(follower, author)
  const word = `w${unique()}${unique()}`
  const media = await upload(author, await markedPhoto(word))
  const body = {
    caption: `${word} #${word} @${fan.username}`,
    media: [{ mediaId: media.id, altText: word }],
    location: { name: word },
  }
  const post = await read(Post, api(author).post('/api/v1/posts', body, { headers: { 'idempotency-key': word } }), 201)
  await api(author).patch(`/api/v1/posts/${post.id}`, { caption: `${word} anew #${word} @${fan.username}` })
  const said = await comment(fan, post.id, word)
  const replied = await comment(other, post.id, word, said.id)
  await like(fan, post.id)
  await done(api(fan).put(`/api/v1/posts/${post.id}/save`))
  await report(fan, 'post', post.id)
  await report(other, 'comment', said.id)
  const marking = { kind: 'mark_sensitive', subject: { kind: 'post', id: post.id }, reason: 'Not for all' }
  await read(Act, api(moderator).post('/api/v1/moderation/acts', marking), 201)
  await soon('it is told of, and shown', async () => {
    const told = await allOf(Notification, fan, '/api/v1/notifications')
    const home = await allOf(Post, other, '/api/v1/feed/home')
    return told.some(({ kind }) => kind === 'mentioned') && home.some(({ id }) => id === post.id)
  })
  for (const path of ['feed', 'feed/explore', `posts/${post.id}`, `tags/${word}/posts`, `users/${author.id}/posts`]) {
    await api().get(`/api/v1/${path}`)
  }
  const digests = digestsOf([media.id])
  expect(digests.size).toBeGreaterThan(media.variants.length)
  const before = new Set((await scan([word, post.id])).map(({ place }) => place.split(' ')[0]))
  expect(before).toEqual(new Set(['postgres', 'mongodb', 'redis', 'broker', 's3', 'log']))

  await done(api(author).delete(`/api/v1/posts/${post.id}`))
  const deletedAt = performance.now()
  for (const { url } of media.variants) {
    await waitFor(async () => (await fetch(`${system.url}${url}`)).status === 404, {
      what: `${url} is not served`,
      timeoutMs: 5000,
    })
  }
  const unservedMs = performance.now() - deletedAt
  const words = [word, media.placeholder ?? word]
  const goneMs = await untilGone([word, post.id, media.id, said.id, replied.id], words, [
    {
      place: /^postgres moderation\.(moderation_case|act|standing)$/,
      is: isOnlyIds(words),
      why: 'that it was reported, and what was done',
    },
  ])
  console.error(`photos unserved after ${Math.round(unservedMs)} ms, all traces gone after ${Math.round(goneMs)} ms`)
  await soon('no byte of its photos is stored', async () => ![...storedDigests()].some((digest) => digests.has(digest)))
  expect(performance.now() - deletedAt).toBeLessThan(60_000)
})

test('somebody who has left is nowhere any more within a minute, but for tombstones and what others said', async () => {
  const [person, fan, moderator] = [await signUp('leaver'), await signUp('fan'), await signUpAs('moderator')]
  const bio = `bio${unique()}`
  const media = await upload(person, await markedPhoto(bio))
  await upload(person, await markedPhoto(bio))
  const edit = { displayName: bio, bio, website: `https://example.org/${bio}`, avatarMediaId: media.id }
  await read(Profile, api(person).patch('/api/v1/users/me', edit))
  await follow(fan, person)
  await follow(person, fan)
  await done(api(fan).put(`/api/v1/users/${person.id}/mute`))
  await done(api(fan).delete(`/api/v1/users/${person.id}/mute`))
  const post = await read(
    Post,
    api(person).post('/api/v1/posts', { caption: bio, media: [{ mediaId: media.id, altText: bio }] }),
    201,
  )
  const theirs = await publish(fan, `for @${person.username}`)
  const said = await comment(person, theirs.id, bio)
  const answer = await comment(fan, theirs.id, 'an answer', said.id)
  await comment(fan, post.id, 'to be gone')
  await like(person, theirs.id)
  await like(fan, post.id)
  await done(api(person).put(`/api/v1/posts/${theirs.id}/save`))
  await report(fan, 'account', person.id, `words about ${person.username}`)
  await report(person, 'post', theirs.id, bio)
  const warning = await warn(moderator, person, `because of ${person.username}`)
  await done(api(person).post('/api/v1/appeals', { actId: warning.id, text: bio }))
  await soon('the other is told', async () => (await allOf(Notification, fan, '/api/v1/notifications')).length >= 3)
  await api(person).get('/api/v1/feed/home')
  const exported = await exportOf(person)
  const brought = await bringArchive(person, await instagramArchive(bio))
  expect(brought).toMatchObject({ state: 'ready', posts: 2, omissions: 1 })
  const half = await sendArchive(person, Buffer.from(`half an archive of ${bio}`))
  const transfers = [exported, brought.id, half]
  const stored = (await scan(transfers)).map(({ place, text }) => `${place} ${text}`)
  for (const id of [exported, half]) {
    expect(stored.some((place) => place.startsWith('s3') && place.includes(id))).toBe(true)
  }

  expect((await api(person).delete('/api/v1/auth/account')).status).toBe(202)
  expect((await api(person).get('/api/v1/auth/me')).status).toBe(401)
  const again = await signInAgain(person)
  expect((await api(again).get('/api/v1/auth/me')).status).toBe(200)
  // The grace is over.
  await withDatabase('auth', (db) => db.query('update account set deletion_due_at = now() where id = $1', [person.id]))
  const words = [person.username, bio]
  const goneMs = await untilGone([...words, person.id, post.id, media.id, ...transfers], words, [
    {
      place:
        /^(postgres (post\.(post|post_edit|outbox)|moderation\.moderation_case)|redis post:|mongodb (entry|group)|broker )/,
      is: (text) => text.includes(theirs.id) && !text.includes(bio),
      why: 'what others have written, with the name in it',
    },
    {
      place: /^log /,
      is: (text) => !text.includes(bio) && !text.includes(person.username),
      why: 'paths of requests, by id',
    },
  ])
  console.error(`all traces of a person gone after ${Math.round(goneMs)} ms`)
  expect((await api(fan).get(`/api/v1/users/${person.username}`)).status).toBe(404)
  const thread = (
    await api(fan).get<{ items: { id: string; deleted?: boolean }[] }>(`/api/v1/posts/${theirs.id}/comments`)
  ).body
  expect(thread.items).toMatchObject([{ id: said.id, deleted: true, text: '' }])
  const replies = await api(fan).get<{ items: { id: string }[] }>(`/api/v1/comments/${said.id}/replies`)
  expect(replies.body.items.map(({ id }) => id)).toEqual([answer.id])
  const profile = await read(Profile, api(fan).get(`/api/v1/users/${fan.id}`))
  expect(profile.counts).toMatchObject({ followers: 0, following: 0 })
  const account = { email: person.email, username: person.username, password: person.password }
  expect((await api().post('/api/v1/auth/register', account)).status).toBe(409)
})
