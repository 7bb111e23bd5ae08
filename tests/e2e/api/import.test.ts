import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Media, Post } from '@daguerre/contracts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, read, refused } from '../support/api.ts'
import { type Person, signUp } from '../support/people.ts'
import { cornersOf, fourCorners, processed } from '../support/photos.ts'
import { published } from '../support/posts.ts'

const path = '/api/v1/media/import'
let louise: Person
let site: Server
let base: string

// Systems of tests import from this machine alone.
beforeAll(async () => {
  louise = await signUp('louise')
  const photo = await fourCorners(600, 400).jpeg().toBuffer()
  site = createServer(({ url }, response) => {
    if (url === '/photo') response.writeHead(200, { 'content-type': 'text/plain' }).end(photo)
    else if (url === '/moved') response.writeHead(302, { location: '/photo' }).end()
    else if (url === '/inwards') response.writeHead(302, { location: 'http://10.0.0.1/photo' }).end()
    else response.writeHead(404).end()
  })
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  base = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})
afterAll(async () => {
  site.closeAllConnections()
  await new Promise((resolve) => site.close(resolve))
})

test('a photo is fetched from its URL and becomes what an upload of it would be', async () => {
  const answer = await api(louise).post<Media>(path, { url: `${base}/moved` })
  const { id, state } = await read(Media, answer, 202)
  expect(state).toBe('processing')
  expect(answer.headers.get('location')).toBe(`/api/v1/media/${id}`)
  const media = await processed(louise, id)
  expect(media).toMatchObject({ state: 'ready', width: 600, height: 400 })
  const small = media.variants.find(({ name }) => name === 'small')!
  expect(await cornersOf((await api().get<Uint8Array>(small.url)).body)).toEqual(['red', 'green', 'blue', 'white'])
})

test('what is not there, and what leads to the inside, fails with its reason', async () => {
  for (const [at, reason] of [
    ['/nothing', 'import_not_found'],
    ['/inwards', 'import_address'],
  ]) {
    const { id } = await read(Media, api(louise).post(path, { url: `${base}${at}` }), 202)
    expect(await processed(louise, id)).toMatchObject({ state: 'failed', reason, variants: [] })
  }
})

test('nothing is fetched from the inside', async () => {
  for (const url of [
    ...[
      'http://10.0.0.1/x',
      'http://169.254.169.254/latest/meta-data/',
      'http://[::ffff:10.0.0.1]/x',
      'http://0xa000001/x',
    ],
    ...[
      'http://redis:6379/x',
      'file:///etc/passwd',
      'https://user@photos.example.net/x',
      'http://photos.example.net@10.0.0.1/',
    ],
  ]) {
    await refused(api(louise).post(path, { url }), 422, 'media.url_refused')
    await refused(api(louise).post('/posts', { caption: '', mediaUrl: url }), 422, 'media.url_refused')
  }
})

test('a post by the earlier path may name a photo of elsewhere, and appears when that is here', async () => {
  const made = api(louise).post('/posts', { caption: 'From elsewhere', mediaUrl: `${base}/photo` })
  const post = await read(Post, made, 201)
  expect(await published(louise, post.id)).toMatchObject({ caption: 'From elsewhere', media: [{ state: 'ready' }] })
})
