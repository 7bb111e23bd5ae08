import { type Export, type ExportItem, exportSchema, exportSections, NotificationKind } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { NeighbourError } from '@daguerre/kit/neighbour'
import { waitFor } from '@daguerre/kit/testing'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { afterEach, describe, expect, test } from 'vitest'
import { signTicket } from '../src/export/download-ticket.ts'
import { waitingTransfers } from '../src/transfer/claim-transfer.ts'
import { dropTransfersOf, eraseTransfers } from '../src/transfer/erase-transfers.ts'
import { originalKey } from '../src/media/media-row.ts'
import { type Storage, StorageUnavailable } from '../src/storage.ts'
import { exportedPost, testNeighbours } from './neighbours.ts'
import { bytes, quarters } from './photos.ts'
import { startMedia, type System } from './system.ts'
import { unzip } from './zip.ts'

const photo = await bytes(quarters(400, 300).jpeg())
const hostile = `"><script src=//x>'&</p>`

let running: System[] = []
afterEach(async () => {
  await Promise.all(running.map((system) => system.stop()))
  running = []
})

async function start(settings: Parameters<typeof startMedia>[0] = {}) {
  const media = await startMedia(settings)
  running.push(media)
  return { media, others: testNeighbours() }
}

async function ask(media: System, as = media.louise): Promise<Response> {
  return media.request('/api/v1/exports', { method: 'POST' }, as)
}

async function asked(media: System): Promise<Export> {
  const response = await ask(media)
  expect(response.status).toBe(202)
  return (await response.json()) as Export
}

function finished(media: System, id: string): Promise<Export> {
  return waitFor(
    async () => {
      const found = (await (await media.request(`/api/v1/exports/${id}`)).json()) as Export
      return found.state !== 'working' && found
    },
    { timeoutMs: 20_000, what: `the end of export ${id}` },
  )
}

async function linkOf(media: System, id: string): Promise<string> {
  const response = await media.request(`/api/v1/exports/${id}/link`, { method: 'POST' })
  expect(response.status).toBe(200)
  return ((await response.json()) as { url: string }).url
}

async function fileOf(media: System, id: string): Promise<Buffer> {
  return Buffer.from(await (await media.request(`/api/v1/exports/${id}/file`)).arrayBuffer())
}

async function timePasses(media: System): Promise<void> {
  await media.sql("update transfer set due_at = now() - interval '1 second' where state = 'working'")
}

async function zipsIn(media: System, id: string): Promise<string> {
  return (await media.plain.head(`exports/${id}.zip`)).outcome
}

describe('what is in it', () => {
  test('all that there is, as its schema says, with originals byte by byte and a page that shows them', async () => {
    const { media, others } = await start()
    const { id: mediaId } = await media.process(photo)
    await media.process(new TextEncoder().encode('no image'))
    const post = exportedPost([mediaId], { caption: `Noon ${hostile}`, media: [{ mediaId, altText: hostile }] })
    const posts = [post, ...Array.from({ length: 450 }, () => exportedPost([newId()]))]
    const at = '2026-11-24T08:00:00.000Z'
    const goneId = newId()
    const kinds = NotificationKind.options.map((kind) => [kind, { inApp: true, push: false }])
    others.data.set(media.louise.id, {
      account: [
        {
          ...{ id: media.louise.id, username: 'louise', email: 'l@example.org', emailVerified: true },
          ...{ role: 'member', createdAt: at, deletionAt: null },
        },
      ],
      posts,
      likes: [{ postId: newId(), at }],
      following: [{ userId: newId(), username: null, since: at }],
      'push-subscriptions': [{ sessionId: newId(), service: 'push.example.org', seenAt: at, expiresAt: at }],
      'follow-requests-made': [{ userId: newId(), username: 'nadar', since: at }],
      'follow-requests-received': [{ userId: newId(), username: 'cameron', since: at }],
      'close-friends': [{ userId: newId(), username: 'atget', since: at }],
      blocks: [{ userId: newId(), username: hostile, since: at }],
      factors: [{ kind: 'passkey', name: `Key ${hostile}`, addedAt: at, lastUsedAt: null }],
      tokens: [
        {
          ...{ id: newId(), name: 'Printer', scopes: ['read', 'post'], createdAt: at, expiresAt: at },
          lastUsedAt: null,
        },
      ],
      notifications: [
        {
          ...{ id: newId(), kind: 'liked', postId: newId(), commentId: null, decisionId: null, read: true },
          actors: [
            { userId: newId(), username: 'marville' },
            { userId: goneId, username: null },
          ],
          ...{ actorCount: 2, createdAt: at, updatedAt: at },
        },
      ],
      'notification-settings': [{ kinds: Object.fromEntries(kinds) as ExportItem<'notification-settings'>['kinds'] }],
    })
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    const done = await finished(media, id)
    expect(done).toMatchObject({ state: 'ready', done: 1, total: 1 })
    const zip = await fileOf(media, id)
    expect(zip.length).toBe(done.bytes)
    const files = await unzip(zip)
    const names = Object.keys(exportSections).map((name) => `data/${name}.json`)
    expect([...files.keys()].toSorted()).toEqual(
      [...names, `media/${mediaId}.jpg`, 'export.json', 'index.html', 'schema.json'].toSorted(),
    )
    expect(files.get(`media/${mediaId}.jpg`)!.equals(photo)).toBe(true)

    const schema = JSON.parse(String(files.get('schema.json')))
    expect(schema).toEqual(JSON.parse(JSON.stringify(exportSchema())))
    const ajv = addFormats.default(new Ajv2020({ strict: false }))
    ajv.addSchema(schema, 'export')
    for (const name of Object.keys(exportSections)) {
      const validate = ajv.compile({ $ref: `export#/$defs/${name}` })
      expect(
        validate(JSON.parse(String(files.get(`data/${name}.json`)))),
        `${name}: ${ajv.errorsText(validate.errors)}`,
      ).toBe(true)
    }
    const manifest = JSON.parse(String(files.get('export.json')))
    expect(ajv.compile({ $ref: 'export#/$defs/manifest' })(manifest)).toBe(true)
    expect(manifest).toMatchObject({ format: 'daguerre-export', version: 1, person: { username: 'louise' } })
    expect(JSON.parse(String(files.get('data/posts.json'))).items).toEqual(posts)
    expect(JSON.parse(String(files.get('data/media.json'))).items).toMatchObject([
      { id: mediaId, file: `media/${mediaId}.jpg`, format: 'jpeg', width: 400, height: 300, bytes: photo.length },
    ])

    const html = String(files.get('index.html'))
    expect(html).toContain(`<img src="media/${mediaId}.jpg" alt="&quot;&gt;&lt;script src=//x&gt;&#39;&amp;&lt;/p&gt;"`)
    for (const shown of [
      'l@example.org',
      'nadar',
      'cameron',
      'atget',
      'Key &quot;&gt;&lt;script',
      'My close friends.',
      'read, post<',
      `marville, ${goneId}<`,
      'push.example.org',
    ]) {
      expect(html).toContain(`>${shown}`)
    }
    expect(html).not.toContain('Posts that I saved.')
    expect(html).not.toContain('<script')
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    expect(html.match(/<article>/g)).toHaveLength(451)
    // Never more than a page of anything at once.
    expect(others.asked.filter((question) => question.startsWith('posts')).length).toBe(6)
  })

  test('a photo whose original is lost is named, and stops nothing', async () => {
    const { media, others } = await start()
    const { id: mediaId } = await media.process(photo)
    await media.plain.remove([originalKey(mediaId)])
    others.data.set(media.louise.id, { posts: [exportedPost([mediaId])] })
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    expect((await finished(media, id)).state).toBe('ready')
    const files = await unzip(await fileOf(media, id))
    expect(JSON.parse(String(files.get('data/media.json'))).items[0]).toMatchObject({ id: mediaId, file: null })
    expect(String(files.get('index.html'))).toContain('This photo is not in the archive.')
  })
})

describe('whose it is', () => {
  test('another person gets 404 for the export, its link and its file, by whatever way', async () => {
    const { media, others } = await start()
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    await finished(media, id)
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/link'],
      ['GET', '/file'],
      ['HEAD', '/file'],
    ] as const) {
      expect((await media.request(`/api/v1/exports/${id}${path}`, { method }, media.nadar)).status, path).toBe(404)
      expect((await media.request(`/api/v1/exports/${newId()}${path}`, { method }, media.nadar)).status, path).toBe(404)
    }
    expect((await media.request(`/api/v1/exports/${id}/file`, {}, null)).status).toBe(401)
    expect(await (await media.request('/api/v1/exports', {}, media.nadar)).json()).toEqual({
      items: [],
      nextCursor: null,
    })
  })

  test('a link works without a token until it ends, for that export alone, and cannot be prolonged', async () => {
    const { media, others } = await start()
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    await finished(media, id)
    const url = await linkOf(media, id)
    expect((await media.request(url, {}, null)).status).toBe(200)
    const { searchParams } = new URL(url, 'http://x')
    function query(changes: Record<string, string>): string {
      return `?${new URLSearchParams({ ...Object.fromEntries(searchParams), ...changes }).toString()}`
    }
    const later = String(Number(searchParams.get('until')) + 1)
    expect((await media.request(`/api/v1/exports/${id}/file${query({ until: later })}`, {}, null)).status).toBe(404)
    expect((await media.request(`/api/v1/exports/${newId()}/file${query({})}`, {}, null)).status).toBe(404)
    const past = signTicket(media.config, id, searchParams.get('session')!, Math.floor(Date.now() / 1000) - 1)
    expect((await media.request(`/api/v1/exports/${id}/file${query({ session: newId() })}`, {}, null)).status).toBe(404)
    expect((await media.request(`/api/v1/exports/${id}/file${query(past)}`, {}, null)).status).toBe(404)
  })

  test('neither an export nor a link is had by who has not said again who they are', async () => {
    let freshness: 'fresh' | 'stale' | 'ended' = 'fresh'
    const { media, others } = await start({
      neighbours: { ...testNeighbours().neighbours, freshness: async () => freshness },
    })
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    await finished(media, id)
    for (const [told, status, code] of [
      ['stale', 403, 'auth.reauthentication_required'],
      ['ended', 401, 'auth.session_ended'],
    ] as const) {
      freshness = told
      for (const [method, path] of [
        ['POST', ''],
        ['POST', `/${id}/link`],
        ['GET', `/${id}/file`],
      ] as const) {
        const response = await media.request(`/api/v1/exports${path}`, { method })
        expect(response.status).toBe(status)
        expect(await response.json()).toMatchObject({ code })
      }
    }
  })

  test('while nobody can say who is there, nothing is had, and it can be tried again', async () => {
    let isAway = false
    const { media, others } = await start({
      neighbours: {
        ...testNeighbours().neighbours,
        freshness: async () => (isAway ? Promise.reject(new NeighbourError('auth', 0, 'no answer')) : 'fresh'),
      },
    })
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    await finished(media, id)
    const url = await linkOf(media, id)
    isAway = true
    for (const [method, path, as] of [
      ['POST', '/api/v1/exports', media.louise],
      ['POST', `/api/v1/exports/${id}/link`, media.louise],
      ['GET', `/api/v1/exports/${id}/file`, media.louise],
      ['GET', url, null],
    ] as const) {
      const answer = await media.request(path, { method }, as)
      expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'auth.unavailable' }])
    }
  })

  test('a link ends with the session in which it was asked for, not with its freshness', async () => {
    let freshness: 'fresh' | 'stale' | 'ended' = 'fresh'
    const { media, others } = await start({
      neighbours: { ...testNeighbours().neighbours, freshness: async () => freshness },
    })
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    await finished(media, id)
    const url = await linkOf(media, id)
    freshness = 'stale'
    expect((await media.request(url, { headers: { range: 'bytes=10-' } }, null)).status).toBe(206)
    freshness = 'ended'
    expect((await media.request(url, { headers: { range: 'bytes=10-' } }, null)).status).toBe(404)
  })
})

describe('how often, how long', () => {
  test('one at a time, however many ask at once; so many a day, then 429 with the time to wait', async () => {
    const { media, others } = await start()
    const answers = (await Promise.all(Array.from({ length: 6 }, async () => (await ask(media)).json()))) as Export[]
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    media.addExporter(others.neighbours)
    await finished(media, answers[0]!.id)
    let newest = answers[0]!
    for (let nth = 2; nth <= 3; nth++) newest = await finished(media, (await asked(media)).id)
    // The newest takes the place of the others, within the hour.
    const { items } = (await (await media.request('/api/v1/exports')).json()) as { items: Export[] }
    const hours = items.map(({ id, expiresAt }) => [id, Math.round((Date.parse(expiresAt!) - Date.now()) / 3_600_000)])
    expect(hours).toEqual(items.map(({ id }) => [id, id === newest.id ? 168 : 1]))
    expect(items).toHaveLength(3)
    const refused = await ask(media)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'export.too_many' })
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(86_000)
    expect(wait).toBeLessThanOrEqual(86_400)
    // Somebody else may.
    expect((await ask(media, media.nadar)).status).toBe(202)
    await media.sql("update transfer set created_at = created_at - interval '1 day'")
    expect((await ask(media)).status).toBe(202)
  })

  test('after its time it is 404, by its link as well, and its object is gone', async () => {
    const { media, others } = await start()
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    const { expiresAt } = await finished(media, id)
    expect(Math.round((Date.parse(expiresAt!) - Date.now()) / 3_600_000)).toBe(168)
    const url = await linkOf(media, id)
    await media.sql("update transfer set erase_at = now() - interval '1 second'")
    expect((await media.request(`/api/v1/exports/${id}`)).status).toBe(404)
    expect((await media.request(url, {}, null)).status).toBe(404)
    expect(await zipsIn(media, id)).toBe('found')
    await eraseTransfers({ em: media.forkEm(), storage: media.storage }, new AbortController().signal)
    expect(await zipsIn(media, id)).toBe('missing')
    expect(await media.sql('select 1 from transfer')).toEqual([])
  })

  test('a download is resumed where it broke off, and begun anew where it is another file', async () => {
    const { media, others } = await start()
    await media.process(photo)
    media.addExporter(others.neighbours)
    const { id } = await asked(media)
    await finished(media, id)
    const url = await linkOf(media, id)
    const whole = await media.request(url, {}, null)
    const all = Buffer.from(await whole.arrayBuffer())
    const etag = whole.headers.get('etag')!
    expect(whole.headers.get('content-disposition')).toMatch(
      /^attachment; filename="daguerre-louise-\d{4}-\d\d-\d\d\.zip"$/,
    )
    expect(whole.headers.get('cache-control')).toBe('private, no-store')
    const rest = await media.request(url, { headers: { range: 'bytes=100-', 'if-range': etag } }, null)
    expect(rest.status).toBe(206)
    expect(rest.headers.get('content-range')).toBe(`bytes 100-${all.length - 1}/${all.length}`)
    expect(Buffer.from(await rest.arrayBuffer()).equals(all.subarray(100))).toBe(true)
    const other = await media.request(url, { headers: { range: 'bytes=100-', 'if-range': '"x"' } }, null)
    expect(other.status).toBe(200)
    expect(Buffer.from(await other.arrayBuffer()).equals(all)).toBe(true)
  })
})

describe('a crash in the middle', () => {
  test('a worker that died has its export made by another, from the beginning', async () => {
    const { media, others } = await start()
    const { id } = await asked(media)
    const dead = (await waitingTransfers('export').claim({ em: media.forkEm() }, 60))!
    expect(dead.id).toBe(id)
    // What it had stored when it was killed.
    await media.plain.put(`exports/${id}.zip`, Buffer.from('half a ZIP'), 'application/zip')
    expect((await media.request(`/api/v1/exports/${id}/file`)).status).toBe(404)
    await timePasses(media)
    media.addExporter(others.neighbours)
    expect((await finished(media, id)).state).toBe('ready')
    expect((await unzip(await fileOf(media, id))).has('export.json')).toBe(true)
  })

  test('one that is told to stop in the middle leaves nothing in S3, and this was no attempt', async () => {
    const { media, others } = await start()
    await media.process(photo)
    const gate = Promise.withResolvers<void>()
    let isReached = false
    const slow = {
      ...others.neighbours,
      async personalData(...args: Parameters<typeof others.neighbours.personalData>) {
        isReached = true
        await gate.promise
        return others.neighbours.personalData(...args)
      },
    } as typeof others.neighbours
    const { id } = await asked(media)
    const first = media.addExporter(slow, { graceMs: 20 })
    await waitFor(() => isReached)
    await first.stop()
    expect((await media.sql('select lease, attempts, state from transfer'))[0]).toEqual({
      lease: null,
      attempts: 0,
      state: 'working',
    })
    gate.resolve()
    media.addExporter(others.neighbours)
    expect((await finished(media, id)).state).toBe('ready')
    expect((await unzip(await fileOf(media, id))).size).toBeGreaterThan(10)
  })

  test('while S3 or a neighbour is away it waits, and no attempt counts', async () => {
    let isAway = true
    const { media, others } = await start({
      wrapStorage: (storage): Storage => ({
        ...storage,
        putStream: (...args) => (isAway ? Promise.reject(new StorageUnavailable('away')) : storage.putStream(...args)),
      }),
    })
    const { id } = await asked(media)
    const worker = media.addExporter(others.neighbours, { pauseMs: 5 })
    await waitFor(
      async () =>
        (await media.sql('select 1 from transfer where lease is null and attempts = 0 and due_at > created_at'))
          .length > 0,
    )
    isAway = false
    await timePasses(media)
    worker.wake()
    expect((await finished(media, id)).state).toBe('ready')
    expect((await media.sql('select attempts from transfer'))[0]).toEqual({ attempts: 1 })
  })

  test('what its owner leaves behind while it is made is removed, whenever the worker finds out', async () => {
    const gate = Promise.withResolvers<void>()
    let isReached = false
    const { media, others } = await start({
      wrapStorage: (storage): Storage => ({
        ...storage,
        async head(key) {
          // Its ZIP has just been stored.
          isReached = true
          await gate.promise
          return storage.head(key)
        },
      }),
    })
    const { id } = await asked(media)
    media.addExporter(others.neighbours)
    await waitFor(() => isReached)
    await dropTransfersOf({ em: media.forkEm() }, media.louise.id)
    expect((await media.request(`/api/v1/exports/${id}`)).status).toBe(404)
    expect(await zipsIn(media, id)).toBe('found')
    gate.resolve()
    await waitFor(async () => (await zipsIn(media, id)) === 'missing')
    await media.sql('update transfer set erase_at = now()')
    await eraseTransfers({ em: media.forkEm(), storage: media.storage }, new AbortController().signal)
    expect(await media.sql('select 1 from transfer')).toEqual([])
  })
})
