import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  findEntities,
  mentionedUsernames,
  NewComment,
  NewPost,
  ProfileEdit,
  Username,
  usernameSkeleton,
} from '@daguerre/contracts'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { followedBy, inOrder, likersOf, saversOf } from './community.ts'
import { makeAvatar, makePicture, pathOf } from './make-picture.ts'
import { people } from './people.ts'
import { type Photograph, photographs, sourceOf, type Tone } from './photographs.ts'
import { posts } from './posts.ts'

const names = new Set(people.map(({ username }) => username))
const sources: Photograph[] = Object.values(photographs)
const anyId = '0199a0c4-7e00-7000-8000-0000000000b1'

test('the community has at least 25 people and 120 posts, of at least 20 photographs, some with several', () => {
  expect(people.length).toBeGreaterThanOrEqual(25)
  expect(inOrder.length).toBeGreaterThanOrEqual(120)
  expect(new Set(posts.flatMap(({ pictures }) => pictures.map((picture) => sourceOf(picture).photograph))).size).toBe(
    sources.length,
  )
  expect(sources.length).toBeGreaterThanOrEqual(20)
  expect(posts.filter(({ pictures }) => pictures.length > 1).length).toBeGreaterThanOrEqual(10)
})

test('every photograph is in its package, and NOTICE names the package, the file and the licence', () => {
  const notice = readFileSync(join(import.meta.dirname, '../../NOTICE'), 'utf8')
  for (const photograph of sources) {
    expect(existsSync(pathOf(photograph)), photograph.package).toBe(true)
    const entry = notice.split('\n\n').find((part) => part.includes(`${photograph.package} `))
    expect(entry, photograph.package).toContain(photograph.file)
    expect(entry, photograph.package).toContain(photograph.license)
  }
})

test('every account, profile, post and comment is one that the API takes', () => {
  for (const { username, displayName, bio, website } of people) {
    expect(Username.parse(username)).toBe(username)
    ProfileEdit.parse({ displayName, bio, website })
  }
  expect(new Set(people.map(({ username }) => usernameSkeleton(username))).size).toBe(people.length)
  for (const { by, caption, pictures, place, talk } of posts) {
    expect(names).toContain(by)
    const media = pictures.map((picture) => sourceOf(picture).alt)
    for (const altText of media) {
      NewPost.parse({ caption, media: [{ mediaId: anyId, altText }], ...(place ? { location: { name: place } } : {}) })
      expect(altText.length, caption).toBeGreaterThan(20)
    }
    expect(
      findEntities(caption).some(({ type }) => type === 'hashtag'),
      caption,
    ).toBe(true)
    for (const comment of talk ?? []) {
      expect(names).toContain(comment.by)
      NewComment.parse({ text: comment.text })
    }
  }
})

test('mentions name people of the community', () => {
  const texts = [
    ...people.map(({ bio }) => bio),
    ...posts.flatMap(({ caption, talk = [] }) => [caption, ...talk.map(({ text }) => text)]),
  ]
  const mentioned = texts.flatMap((text) => mentionedUsernames(findEntities(text)))
  expect(mentioned.length).toBeGreaterThan(20)
  for (const username of mentioned) expect(names).toContain(username)
})

test('replies answer an earlier comment of the same post', () => {
  for (const { talk = [], caption } of posts) {
    for (const [index, { answers }] of talk.entries()) {
      if (answers === undefined) continue
      expect(answers, caption).toBeLessThan(index)
      expect(talk[answers]?.answers, caption).toBeUndefined()
    }
  }
})

test('a fill that was cut short can tell by author and caption, and by author and text, what is there', () => {
  expect(new Set(posts.map(({ caption }) => caption)).size).toBe(posts.length)
  for (const { talk = [] } of posts) expect(new Set(talk.map(({ by, text }) => `${by} ${text}`)).size).toBe(talk.length)
})

test('people follow, like and keep as a community does: nobody alone, a few well known', () => {
  const followers = new Map(people.map(({ username }) => [username, 0]))
  for (const person of people) {
    const followees = followedBy(person)
    expect(followees.length, person.username).toBeGreaterThan(2)
    expect(followees).not.toContain(person.username)
    for (const name of followees) followers.set(name, (followers.get(name) ?? 0) + 1)
  }
  const counts = [...followers.values()].toSorted((a, b) => b - a)
  expect(counts.at(0)).toBeGreaterThan(people.length * 0.6)
  expect(counts.at(-1)).toBeGreaterThan(0)
  expect(counts.at(-1)).toBeLessThan(people.length * 0.3)
  expect(posts.reduce((sum, post) => sum + likersOf(post).length, 0)).toBeGreaterThan(posts.length * 4)
  expect(posts.filter((post) => saversOf(post).includes('louise')).length).toBeGreaterThan(5)
})

test('no two posts show the same picture', { timeout: 60_000 }, async () => {
  const seen = new Map<string, string>()
  for (const picture of posts.flatMap(({ pictures }) => pictures)) {
    const bytes = await makePicture(sourceOf(picture), { longestSide: 200 })
    const hash = createHash('sha256').update(bytes).digest('hex')
    expect(seen.get(hash), picture).toBeUndefined()
    seen.set(hash, picture)
  }
})

test('a picture has the same bytes each time it is made, so that a repeated upload is recognised', async () => {
  const source = sourceOf('lighthouse/whole')
  const bytes = await makePicture(source)
  expect(await makePicture(source)).toEqual(bytes)
  const { width, height } = await sharp(bytes).metadata()
  expect(Math.max(width, height)).toBe(1080)
})

test('a print has the tone that its alt text tells', async () => {
  async function means(tone: Tone): Promise<{ red: number; blue: number }> {
    const { channels } = await sharp(await makePicture({ ...sourceOf('lighthouse/tower'), tone })).stats()
    return { red: channels[0]?.mean ?? 0, blue: channels.at(-1)?.mean ?? 0 }
  }
  const [silver, sepia, blue] = await Promise.all([means('silver'), means('sepia'), means('blue')])
  expect(Math.abs(silver.red - silver.blue)).toBeLessThan(1)
  expect(sepia.red - sepia.blue).toBeGreaterThan(20)
  expect(blue.blue - blue.red).toBeGreaterThan(20)
})

test('an avatar is a square', async () => {
  const { width, height } = await sharp(await makeAvatar(sourceOf('boxer/whole'))).metadata()
  expect([width, height]).toEqual([400, 400])
})
