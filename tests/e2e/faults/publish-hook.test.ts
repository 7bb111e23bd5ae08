import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AccountStanding, Act, CaseDetail, OwnAct, Page, Post } from '@daguerre/contracts'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, read, refused } from '../support/api.ts'
import { withSettings } from '../support/own-process.ts'
import { follow, type Person, signUp } from '../support/people.ts'
import { photoOf, published } from '../support/posts.ts'
import { signUpAs } from '../support/roles.ts'
import { soon } from '../support/soon.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const otherSecret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
let asked: unknown[] = []

/** What whoever runs this has set up: it answers whom it knows by the signature, by what a caption says. */
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const question = verified(Buffer.concat(chunks).toString(), request.headers)
    if (!question) return response.writeHead(401).end()
    asked.push(question)
    const { caption } = question.data
    if (caption.includes('silence')) return undefined
    const verdict = caption.includes('bargain')
      ? { verdict: 'hold', reason: 'Reads like an advertisement' }
      : { verdict: 'publish' }
    return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(verdict))
  })
})

function verified(body: string, headers: IncomingHttpHeaders) {
  try {
    return new Webhook(secret).verify(body, headers as Record<string, string>) as { data: { caption: string } }
  } catch {
    return null
  }
}

let settings: Record<string, string>
let louise: Person
let nadar: Person
let moderator: Person
beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  settings = {
    PUBLISH_HOOK_URL: `http://127.0.0.1:${port}/check`,
    PUBLISH_HOOK_SECRET: secret,
    PUBLISH_HOOK_TIMEOUT_MS: '1000',
  }
  ;[louise, nadar, moderator] = await Promise.all([signUp('louise'), signUp('nadar'), signUpAs('moderator')])
  await follow(nadar, louise)
  await photoOf(louise)
})
afterAll(async () => {
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

async function write(caption: string): Promise<string> {
  const media = [{ mediaId: await photoOf(louise), altText: 'Four colours' }]
  const post = await read(Post, api(louise).post('/api/v1/posts', { caption, media }), 201)
  expect(post.state).toBe('processing')
  return post.id
}

function heldCase(postId: string): Promise<CaseDetail> {
  return soon('there is a case', async () => {
    const { cases } = await read(AccountStanding, api(moderator).get(`/api/v1/moderation/accounts/${louise.id}`))
    const found = cases.find(({ subject }) => subject.id === postId)
    return found && (await read(CaseDetail, api(moderator).get(`/api/v1/moderation/cases/${found.id}`)))
  })
}

async function act(kind: string, postId: string): Promise<void> {
  const body = { kind, subject: { kind: 'post', id: postId }, reason: 'It is an advertisement' }
  await read(Act, api(moderator).post('/api/v1/moderation/acts', body), 201)
}

async function stateOf(postId: string): Promise<string> {
  return (await read(Post, api(louise).get(`/api/v1/posts/${postId}`))).state
}

test('whoever is asked about new posts, and knows by the signature who asks, has them published or held, and moderators decide about those', async () => {
  asked = []
  await withSettings('post', settings, async () => {
    const good = await write('The bridge at noon')
    await published(louise, good)
    expect((await api(nadar).get(`/api/v1/posts/${good}`)).status).toBe(200)
    expect(asked).toMatchObject([
      {
        type: 'post.publish',
        data: { postId: good, author: { username: louise.username }, caption: 'The bridge at noon' },
      },
    ])

    const [first, second] = [await write('A bargain'), await write('Another bargain')]
    for (const id of [first, second]) {
      const { reports } = await heldCase(id)
      expect(reports).toMatchObject([{ reason: 'external_check', text: 'Reads like an advertisement' }])
      expect(await stateOf(id)).toBe('held')
      await refused(api(nadar).get(`/api/v1/posts/${id}`), 404, 'post.not_found')
    }
    await act('restore_post', first)
    await published(louise, first)
    expect((await api(nadar).get(`/api/v1/posts/${first}`)).status).toBe(200)
    await act('remove_post', second)
    const told = await soon('its author is told why', async () => {
      const { items } = await read(Page(OwnAct), api(louise).get('/api/v1/users/me/acts'))
      return items.find(({ subject }) => subject.id === second)
    })
    expect(told).toMatchObject({ kind: 'remove_post', reason: 'It is an advertisement' })

    const silent = await write('A long silence')
    expect((await heldCase(silent)).reports).toMatchObject([{ reason: 'external_check', text: '' }])
    expect(await stateOf(silent)).toBe('held')
  })
})

test('who does not answer in time, or does not know the signature, has posts become what was chosen', async () => {
  const choice = { ...settings, PUBLISH_HOOK_DEFAULT: 'publish' }
  asked = []
  await withSettings('post', choice, async () => {
    await published(louise, await write('In silence'))
    expect(asked).toHaveLength(1)
  })
  await withSettings('post', { ...choice, PUBLISH_HOOK_SECRET: otherSecret }, async () => {
    await published(louise, await write('A bargain by somebody else'))
    expect(asked).toHaveLength(1)
  })
})

test('switched off, nobody is asked, and what is written is published', async () => {
  asked = []
  const media = [{ mediaId: await photoOf(louise), altText: '' }]
  const { state } = await read(Post, api(louise).post('/api/v1/posts', { caption: 'A bargain', media }), 201)
  expect([state, asked]).toEqual(['published', []])
})
