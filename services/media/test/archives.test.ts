import { type Archive, archiveLimits, type Audience, type Omission } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { waitFor } from '@daguerre/kit/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { waitingTransfers } from '../src/transfer/claim-transfer.ts'
import { dropTransfersOf, eraseTransfers } from '../src/transfer/erase-transfers.ts'
import { type Storage, StorageUnavailable } from '../src/storage.ts'
import { asInstagram, type Files, type InstagramPost, instagramOf, zipOf } from './archives.ts'
import { exportedPost, testNeighbours } from './neighbours.ts'
import { bytes, cornersOf, quarters, solid } from './photos.ts'
import { startMedia, type System } from './system.ts'
import { unzip } from './zip.ts'

const photo = await bytes(quarters(400, 300).jpeg())
const second = await bytes(solid(64, 64, 'red').jpeg())
const time = 1_500_000_000

let media: System
let others: ReturnType<typeof testNeighbours>
let archivist: ReturnType<System['addArchivist']>
/** Runs before each object is stored. */
let beforePut: ((key: string) => Promise<void>) | undefined

beforeAll(async () => {
  media = await startMedia({
    wrapStorage: (storage): Storage => ({
      ...storage,
      async putStream(key, ...rest) {
        await beforePut?.(key)
        return storage.putStream(key, ...rest)
      },
    }),
  })
})
afterAll(() => media.stop())
beforeEach(async () => {
  await archivist?.stop()
  beforePut = undefined
  await media.sql('delete from transfer')
  await media.sql('delete from media')
  others = testNeighbours()
  archivist = media.addArchivist(others.neighbours)
})

function ask(method: string, path: string, body?: unknown, as = media.louise): Promise<Response> {
  const isBytes = body instanceof Uint8Array
  return media.request(
    `/api/v1/archives${path}`,
    {
      method,
      ...(body !== undefined && {
        body: isBytes ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
        headers: { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' },
      }),
    },
    as,
  )
}

async function uploaded(zip: Buffer, as = media.louise, more: { audience?: Audience } = {}): Promise<string> {
  const started = await ask('POST', '', { bytes: zip.length, ...more }, as)
  expect(started.status).toBe(200)
  const { id, parts, partBytes } = (await started.json()) as Archive
  for (let number = 1; number <= parts; number++) {
    const part = zip.subarray((number - 1) * partBytes, number * partBytes)
    expect((await ask('PUT', `/${id}/parts/${number}`, part, as)).status).toBe(204)
  }
  return id
}

async function brought(zip: Buffer, as = media.louise, more: { audience?: Audience } = {}): Promise<Archive> {
  const id = await uploaded(zip, as, more)
  expect((await ask('POST', `/${id}/complete`, undefined, as)).status).toBe(200)
  return finished(id, as)
}

function finished(id: string, as = media.louise): Promise<Archive> {
  return waitFor(
    async () => {
      const archive = (await (await ask('GET', `/${id}`, undefined, as)).json()) as Archive
      return (archive.state === 'ready' || archive.state === 'failed') && archive
    },
    { timeoutMs: 30_000, what: `the end of archive ${id}` },
  )
}

async function omissionsOf(id: string): Promise<Omission[]> {
  const items: Omission[] = []
  let cursor = ''
  do {
    const answer = await ask('GET', `/${id}/omissions?limit=2${cursor}`)
    const page = (await answer.json()) as { items: Omission[]; nextCursor: string | null }
    items.push(...page.items)
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
  } while (cursor !== '' && items.length < 100)
  return items
}

async function reasonsOf(id: string) {
  return (await omissionsOf(id)).map(({ file, reason }) => [file, reason])
}

function posts() {
  return [...others.posts.values()]
}

function one(uri = 'media/posts/1.jpg', more: Partial<InstagramPost> = {}): InstagramPost {
  return { media: [{ uri, creation_timestamp: time, title: 'Noon' }], ...more }
}

describe('whom posts are for', () => {
  function zip(): Promise<Buffer> {
    return instagramOf([one('1.jpg')], { '1.jpg': photo })
  }

  test('of Instagram: for nobody else, unless who brings them says so', async () => {
    expect(await brought(await zip())).toMatchObject({ audience: 'only_me', posts: 1 })
    expect(posts()).toMatchObject([{ audience: 'only_me' }])
    expect(await brought(await zip(), media.nadar, { audience: 'followers' })).toMatchObject({ audience: 'followers' })
    expect(posts()).toMatchObject([{ audience: 'only_me' }, { audience: 'followers' }])
    // What is here keeps the audience that it has.
    await brought(await zip(), media.louise, { audience: 'public' })
    expect(posts()).toMatchObject([{ audience: 'only_me' }, { audience: 'followers' }])
  })

  test('of an upload that goes on, what was said last', async () => {
    const bytes = (await zip()).length
    const first = (await (await ask('POST', '', { bytes, audience: 'public' })).json()) as Archive
    const again = (await (await ask('POST', '', { bytes })).json()) as Archive
    expect([first.audience, again.audience, again.id === first.id]).toEqual(['public', 'only_me', true])
    expect((await ask('POST', '', { bytes, audience: 'friends' })).status).toBe(422)
  })
})

describe('an archive of Instagram', () => {
  test('photos, captions, times and alt texts are here, at their own time, with the encoding mended', async () => {
    const words = 'Café à Liège 😀\nзакат #light'
    const zip = await instagramOf(
      [
        one('media/posts/1.jpg', {
          media: [{ uri: 'media/posts/1.jpg', creation_timestamp: time, title: asInstagram(words) }],
        }),
        {
          title: asInstagram('Zwölf'),
          creation_timestamp: time + 60,
          media: [
            { uri: 'media/posts/1.jpg', creation_timestamp: time, alt_text: asInstagram('Brücke') },
            { uri: 'media/posts/2.jpg', creation_timestamp: time },
          ],
        },
      ],
      { 'media/posts/1.jpg': photo, 'media/posts/2.jpg': second },
    )
    const archive = await brought(zip)
    expect(archive).toMatchObject({ state: 'ready', done: 2, total: 2, posts: 2, omissions: 0 })
    expect(posts()).toMatchObject([
      {
        caption: 'Zwölf',
        createdAt: new Date((time + 60) * 1000).toISOString(),
        authorId: media.louise.id,
        authorUsername: 'louise',
        media: [{ altText: 'Brücke' }, { altText: '' }],
      },
      { caption: words, createdAt: new Date(time * 1000).toISOString(), media: [{ altText: '' }] },
    ])
    for (const post of posts()) {
      expect(Number.parseInt(post.id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.parse(post.createdAt))
    }
    const ready = await media.mediaOf(posts()[1]!.media[0]!.mediaId)
    expect(await cornersOf(await media.bytesOf(ready, 'small'))).toEqual(['red', 'green', 'blue', 'white'])
    // Its ZIP is of no more use.
    expect((await media.plain.head(`archives/${archive.id}.zip`)).outcome).toBe('missing')
  })

  test('texts that do not have the fault stay as they are, also ones that look as if they had', async () => {
    const zip = await instagramOf(
      [one('1.jpg', { title: 'Ã© is two letters here' }), one('2.jpg', { title: 'café, 5 €' })],
      { '1.jpg': photo, '2.jpg': second },
      'content/posts_1.json',
    )
    await brought(zip)
    expect(posts().map(({ caption }) => caption)).toEqual(['Ã© is two letters here', 'café, 5 €'])
  })

  test('in a folder of its own, and in several files', async () => {
    const zip = await zipOf({
      'instagram-louise/content/posts_1.json': JSON.stringify([one('media/1.jpg')]),
      'instagram-louise/content/posts_2.json': JSON.stringify([one('media/2.jpg')]),
      'instagram-louise/media/1.jpg': photo,
      'instagram-louise/media/2.jpg': second,
    })
    expect(await brought(zip)).toMatchObject({ posts: 2, omissions: 0 })
  })

  test('what cannot be taken is listed with its reason, and stops nothing', async () => {
    const many = Array.from({ length: 12 }, (_, nth) => ({ uri: `many/${nth}.jpg`, creation_timestamp: time }))
    const long = 'x'.repeat(2300)
    const zip = await instagramOf(
      [
        { title: 'many', creation_timestamp: time + 9, media: many },
        { title: 'film', creation_timestamp: time + 8, media: [{ uri: 'film.mp4' }] },
        { title: 'film and photo', creation_timestamp: time + 7, media: [{ uri: 'film.mp4' }, { uri: '1.jpg' }] },
        { title: 'gone', creation_timestamp: time + 6, media: [{ uri: 'gone.jpg' }] },
        { title: 'text', creation_timestamp: time + 5, media: [{ uri: 'text.jpg' }, { uri: '1.jpg' }] },
        { title: 'cut off', creation_timestamp: time + 4, media: [{ uri: 'half.jpg' }] },
        { title: long, creation_timestamp: time + 3, media: [{ uri: '1.jpg' }] },
        { title: 'future', creation_timestamp: 9_999_999_999, media: [{ uri: '1.jpg' }] },
        { title: 'never', media: [{ uri: '1.jpg' }] },
        { title: 'nothing', creation_timestamp: time + 2, media: [] },
        'no post',
      ],
      {
        '1.jpg': photo,
        'text.jpg': 'no image',
        'half.jpg': photo.subarray(0, photo.length / 2),
        'film.mp4': 'film',
        ...Object.fromEntries(many.map(({ uri }) => [uri, second])),
      },
    )
    const { id, state, posts: count } = await brought(zip)
    expect(state).toBe('ready')
    expect(await reasonsOf(id)).toEqual([
      [null, 'time_unknown'],
      ['many/10.jpg', 'too_many_photos'],
      ['many/11.jpg', 'too_many_photos'],
      ['film.mp4', 'video'],
      ['film.mp4', 'video'],
      ['gone.jpg', 'file_missing'],
      ['text.jpg', 'not_an_image'],
      ['half.jpg', 'truncated'],
      [null, 'caption_shortened'],
      [null, 'no_photo'],
      [null, 'time_unknown'],
    ])
    expect(posts().map(({ caption }) => caption.slice(0, 20))).toEqual([
      'many',
      'film and photo',
      'text',
      'x'.repeat(20),
    ])
    expect(count).toBe(4)
    expect(posts()[0]!.media).toHaveLength(10)
    expect(posts()[3]!.caption).toHaveLength(2200)
  })
})

describe('an export of here', () => {
  async function exported(files: Files = {}, changes = {}) {
    const [mediaId, otherId] = [newId(), newId()]
    const kept = [
      exportedPost([mediaId], {
        audience: 'close_friends',
        ...{ commentsOff: true, likesHidden: true },
        location: { name: 'Paris', latitude: 48.8, longitude: 2.3 },
      }),
      exportedPost([otherId], { state: 'failed' }),
    ]
    const head = { format: 'daguerre-export', version: 1 }
    const item = { format: 'jpeg', width: 400, height: 300, bytes: photo.length, createdAt: '2026-11-23T07:00:00.000Z' }
    const zip = await zipOf({
      'export.json': JSON.stringify({
        ...{ ...head, createdAt: '2026-11-24T07:00:00.000Z', server: 'http://elsewhere.example', sections: {} },
        ...{ person: { id: newId(), username: 'somebody' }, ...changes },
      }),
      'data/posts.json': JSON.stringify({ ...head, section: 'posts', items: kept }),
      'data/media.json': JSON.stringify({
        ...head,
        section: 'media',
        items: [{ ...item, id: mediaId, file: `media/${mediaId}.jpg` }],
      }),
      [`media/${mediaId}.jpg`]: photo,
      ...files,
    })
    return { zip, post: kept[0]! }
  }

  test('is brought to another account as it was', async () => {
    const { zip, post } = await exported()
    const { id, posts: count } = await brought(zip)
    expect(count).toBe(1)
    expect(posts()).toMatchObject([
      {
        caption: post.caption,
        audience: 'close_friends',
        ...{ commentsOff: true, likesHidden: true },
        createdAt: post.createdAt,
        location: post.location,
        media: [{ altText: 'A stone bridge' }],
      },
    ])
    expect(posts()[0]!.id).not.toBe(post.id)
    expect(await reasonsOf(id)).toEqual([[null, 'never_published']])
  })

  test('doubles nothing where its posts still are, and brings back what was deleted', async () => {
    const { zip, post } = await exported()
    const known = { ...post, authorId: media.louise.id, authorUsername: 'louise', state: 'published' }
    others.posts.set(post.id, known)
    expect((await brought(zip)).posts).toBe(1)
    expect(posts()).toHaveLength(1)
    known.state = 'deleted'
    await brought(zip)
    expect(posts().map(({ state }) => state)).toEqual(['deleted', 'published'])
  })

  test('what the export makes, the import reads', async () => {
    const { id: mediaId } = await media.process(photo)
    const post = exportedPost([mediaId])
    others.data.set(media.louise.id, { posts: [post] })
    const exporter = media.addExporter(others.neighbours)
    const { id } = (await (await media.request('/api/v1/exports', { method: 'POST' })).json()) as { id: string }
    await waitFor(async () => (await media.request(`/api/v1/exports/${id}/file`)).status === 200, { timeoutMs: 20_000 })
    await exporter.stop()
    const zip = Buffer.from(await (await media.request(`/api/v1/exports/${id}/file`)).arrayBuffer())
    expect((await unzip(zip)).size).toBeGreaterThan(10)
    expect(await brought(zip, media.nadar)).toMatchObject({ state: 'ready', posts: 1, omissions: 0 })
    expect(posts()).toMatchObject([{ authorId: media.nadar.id, caption: post.caption, createdAt: post.createdAt }])
    expect(posts()[0]!.media[0]!.mediaId).not.toBe(mediaId)
  })

  test('of a later version is refused as that', async () => {
    const { zip } = await exported({}, { version: 2 })
    expect(await brought(zip)).toMatchObject({ state: 'failed', reason: 'archive_version' })
  })
})

describe('twice', () => {
  test('is once, also under other names; for somebody else it is another', async () => {
    const first = await instagramOf([one('1.jpg')], { '1.jpg': photo })
    const renamed = await instagramOf([one('anew.jpg')], { 'anew.jpg': photo })
    expect(await brought(first)).toMatchObject({ posts: 1 })
    const [{ media: shown }] = posts() as [ReturnType<typeof posts>[0]]
    expect(await brought(first)).toMatchObject({ posts: 1, omissions: 0 })
    expect(await brought(renamed)).toMatchObject({ posts: 1 })
    expect(posts()).toHaveLength(1)
    expect(await media.sql('select id from media')).toEqual([{ id: shown[0]!.mediaId }])
    await brought(first, media.nadar)
    expect(posts()).toHaveLength(2)
  })

  test('does not bring back what its author has deleted since', async () => {
    const zip = await instagramOf([one('1.jpg')], { '1.jpg': photo })
    await brought(zip)
    posts()[0]!.state = 'deleted'
    const { id, posts: count } = await brought(zip)
    expect(count).toBe(0)
    expect(await reasonsOf(id)).toEqual([[null, 'post_deleted']])
  })
})

describe('a crash in the middle', () => {
  test('wherever it is, the import goes on and nothing is there twice', async () => {
    const zip = await instagramOf([one('1.jpg'), one('2.jpg', { creation_timestamp: time + 1 })], {
      '1.jpg': photo,
      '2.jpg': second,
    })
    await archivist.stop()
    const id = await uploaded(zip)
    await ask('POST', `/${id}/complete`)
    // Its worker is killed at once, again while it stores, and once more when a post is published that is not put down yet.
    expect(await waitingTransfers('archive').claim({ em: media.forkEm() }, 60)).toMatchObject({ id })
    await timePasses()
    const gate = Promise.withResolvers<void>()
    let isStoring = false
    beforePut = async () => {
      isStoring = true
      await gate.promise
    }
    const killed = media.addArchivist(others.neighbours, { graceMs: 20 })
    await waitFor(() => isStoring)
    await killed.stop()
    beforePut = undefined
    gate.resolve()
    await timePasses()
    const forgetful = {
      ...others.neighbours,
      async importPost(post: Parameters<typeof others.neighbours.importPost>[0]) {
        await others.neighbours.importPost(post)
        await media.sql('update transfer set lease = null')
        return 'published' as const
      },
    }
    const third = media.addArchivist(forgetful)
    await waitFor(() => others.posts.size > 0)
    await third.stop()
    await timePasses()
    archivist = media.addArchivist(others.neighbours)
    expect(await finished(id)).toMatchObject({ state: 'ready', done: 2, posts: 2, omissions: 0 })
    expect(posts()).toHaveLength(2)
    expect(await media.sql('select 1 from media')).toHaveLength(2)
  })

  test('between the last post and the end, with its ZIP gone, it ends', async () => {
    const zip = await instagramOf([one('1.jpg')], { '1.jpg': photo })
    await archivist.stop()
    const id = await uploaded(zip)
    await ask('POST', `/${id}/complete`)
    await media.sql('update transfer set done = 1, total = 1, posts = 1')
    await media.plain.remove([`archives/${id}.zip`])
    archivist = media.addArchivist(others.neighbours)
    expect(await finished(id)).toMatchObject({ state: 'ready', posts: 1 })
  })

  test('while S3 is away it waits, and no attempt counts', async () => {
    let tries = 0
    beforePut = async () => {
      if (++tries <= 4) throw new StorageUnavailable('away')
    }
    const zip = await instagramOf([one('1.jpg')], { '1.jpg': photo })
    const id = await uploaded(zip)
    await ask('POST', `/${id}/complete`)
    for (let nth = 1; nth <= 4; nth++) {
      await waitFor(
        async () => tries >= nth && (await media.sql('select 1 from transfer where lease is null')).length > 0,
      )
      await timePasses()
    }
    expect(await finished(id)).toMatchObject({ state: 'ready', posts: 1 })
  })

  async function timePasses(): Promise<void> {
    await media.sql("update transfer set due_at = now() - interval '1 second' where state = 'working'")
  }
})

describe('hostile', () => {
  const fine = { 'posts_1.json': JSON.stringify([one('1.jpg')]), '1.jpg': photo }

  async function refused(zip: Buffer) {
    const { id, state, reason } = await brought(zip)
    expect(posts()).toEqual([])
    expect((await media.plain.head(`archives/${id}.zip`)).outcome).toBe('missing')
    return [state, reason]
  }

  test('no ZIP, half a ZIP, an empty one, one of something else, one that holds only a ZIP', async () => {
    const whole = await zipOf(fine)
    expect(await refused(Buffer.from('no ZIP at all, but long enough to be one'))).toEqual([
      'failed',
      'archive_damaged',
    ])
    expect(await refused(whole.subarray(0, whole.length - 30))).toEqual(['failed', 'archive_damaged'])
    expect(await refused(await zipOf({}))).toEqual(['failed', 'archive_unknown'])
    expect(await refused(await zipOf({ 'a.txt': 'x' }))).toEqual(['failed', 'archive_unknown'])
    expect(await refused(await zipOf({ 'inner.zip': whole }))).toEqual(['failed', 'archive_unknown'])
  })

  test.each(['../up.jpg', '/root.jpg', 'a\\b.jpg', 'C:/x.jpg'])('a path that leads elsewhere: %s', async (path) => {
    const name = 'x'.repeat(path.length)
    const zip = await zipOf({ ...fine, [name]: photo })
    // No writer makes such a name: it is put into its place, in both headers.
    for (let at = zip.indexOf(name); at >= 0; at = zip.indexOf(name, at + 1)) zip.write(path, at)
    expect(await refused(zip)).toEqual(['failed', 'archive_damaged'])
  })

  test('two files of one name', async () => {
    const zip = await zipOf({ ...fine, '2.jpg': second })
    for (let at = zip.indexOf('2.jpg'); at >= 0; at = zip.indexOf('2.jpg', at + 1)) zip.write('1.jpg', at)
    expect(await refused(zip)).toEqual(['failed', 'archive_damaged'])
  })

  test('files that lie on each other', async () => {
    const zip = await zipOf({ ...fine, '2.jpg': photo })
    const last = lastEntry(zip)
    const before = lastEntry(zip.subarray(0, last))
    zip.writeUInt32LE(zip.readUInt32LE(before + 42), last + 42)
    expect(await refused(zip)).toEqual(['failed', 'archive_damaged'])
  })

  test('a bomb: by what it declares, and by what it does not', async () => {
    const zeros = Buffer.alloc(1024 * 1024)
    const bomb = await zipOf({ ...fine, 'zeros.jpg': zeros })
    bomb.writeUInt32LE(0xfffffff0, lastEntry(bomb) + 24)
    expect(await refused(bomb)).toEqual(['failed', 'archive_too_large'])
    const large = await zipOf({ 'posts_1.json': JSON.stringify([one('1.jpg')]) })
    large.writeUInt32LE(33 * 1024 * 1024, lastEntry(large) + 24)
    expect(await refused(large)).toEqual(['failed', 'archive_too_large'])
    // One that says it is small: it ends where it said that it does.
    const liar = await zipOf({ 'posts_1.json': JSON.stringify([one('1.jpg')]), '1.jpg': Buffer.concat([photo, zeros]) })
    liar.writeUInt32LE(photo.length, lastEntry(liar) + 24)
    const { id } = await brought(liar)
    expect(await reasonsOf(id)).toEqual([['1.jpg', 'file_unreadable']])
    expect(await media.sql('select 1 from media')).toEqual([])
  })

  test('JSON that is none, or of another shape, or no UTF-8', async () => {
    for (const [json, reason] of [
      ['[{', 'archive_damaged'],
      ['{"media":[]}', 'archive_unknown'],
      [Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'archive_damaged'],
    ] as const) {
      expect(await refused(await zipOf({ 'posts_1.json': json }))).toEqual(['failed', reason])
    }
    expect(await brought(await instagramOf([null, 7, { media: 'x' }, { media: [null, { uri: 5 }] }]))).toMatchObject({
      state: 'ready',
      posts: 0,
    })
  })
})

/** Where the directory of a ZIP has its last file. */
function lastEntry(zip: Buffer): number {
  return zip.lastIndexOf(Buffer.from('PK\u0001\u0002'))
}

describe('its upload', () => {
  test('is resumed: what is here is told, a part may come again, and it is whole before it is taken', async () => {
    const zip = await zipOf({ 'posts_1.json': '[]', 'large.bin': Buffer.alloc(0) })
    const large = Buffer.concat([Buffer.alloc(archiveLimits.partBytes + 1000), zip])
    const { id, parts } = (await (await ask('POST', '', { bytes: large.length })).json()) as Archive
    expect(parts).toBe(2)
    const [first, last] = [large.subarray(0, archiveLimits.partBytes), large.subarray(archiveLimits.partBytes)]
    expect((await ask('PUT', `/${id}/parts/2`, last)).status).toBe(204)
    expect((await ask('POST', `/${id}/complete`)).status).toBe(409)
    expect(await (await ask('POST', '', { bytes: large.length })).json()).toMatchObject({ id, uploaded: [2] })
    expect((await ask('PUT', `/${id}/parts/1`, first.subarray(1))).status).toBe(422)
    for (let times = 0; times < 2; times++) expect((await ask('PUT', `/${id}/parts/1`, first)).status).toBe(204)
    expect((await ask('PUT', `/${id}/parts/3`, last)).status).toBe(404)
    expect((await ask('POST', `/${id}/complete`)).status).toBe(200)
    expect((await ask('POST', `/${id}/complete`)).status).toBe(200)
    // What stands before a ZIP does not matter to it, but offsets then lie: it is read as what it is.
    expect(['ready', 'failed']).toContain((await finished(id)).state)
    expect((await ask('PUT', `/${id}/parts/1`, first)).status).toBe(409)
  })

  test('a crash between S3 and the row: said again it is complete', async () => {
    const zip = await instagramOf([one('1.jpg')], { '1.jpg': photo })
    const id = await uploaded(zip)
    const [row] = await media.sql<{ upload_id: string }>('select upload_id from transfer')
    const parts = (await media.plain.listParts(`archives/${id}.zip`, row!.upload_id))!
    await media.plain.completeParts(`archives/${id}.zip`, row!.upload_id, parts)
    expect((await ask('POST', `/${id}/complete`)).status).toBe(200)
    expect(await finished(id)).toMatchObject({ state: 'ready', posts: 1 })
  })

  test('one at a time, of a size that is taken, and nobody else knows of it', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => ask('POST', '', { bytes: 1000 })))
    const ids = await Promise.all(answers.map(async (response) => ((await response.json()) as Archive).id))
    expect(new Set(ids).size).toBe(1)
    expect((await ask('POST', '', { bytes: 1001 })).status).toBe(409)
    expect((await ask('POST', '', { bytes: 10 * 1024 ** 3 + 1 })).status).toBe(422)
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', '/parts/1'],
      ['POST', '/complete'],
      ['GET', '/omissions'],
      ['DELETE', ''],
    ] as const) {
      const body = method === 'PUT' ? Buffer.alloc(1000) : undefined
      expect((await ask(method, `/${ids[0]}${path}`, body, media.nadar)).status, `${method} ${path}`).toBe(404)
    }
  })

  test('what is stopped, never completed, or left behind by its owner, is removed', async () => {
    for (const end of [
      (id: string) => ask('DELETE', `/${id}`),
      () => dropTransfersOf({ em: media.forkEm() }, media.louise.id),
      () => media.sql('update transfer set erase_at = now()'),
    ]) {
      const id = await uploaded(await zipOf({ 'a.txt': 'x' }))
      const [row] = await media.sql<{ upload_id: string }>('select upload_id from transfer')
      await end(id)
      await media.sql('update transfer set erase_at = now()')
      expect((await ask('GET', `/${id}`)).status).toBe(404)
      await eraseTransfers({ em: media.forkEm(), storage: media.storage }, new AbortController().signal)
      expect(await media.plain.listParts(`archives/${id}.zip`, row!.upload_id)).toBeUndefined()
      expect(await media.sql('select 1 from transfer')).toEqual([])
    }
  })
})

test('a large archive takes turns with others, and no more photos in an hour than there may be', async () => {
  await archivist.stop()
  const items = Array.from({ length: 60 }, (_, nth) => one('1.jpg', { creation_timestamp: time + nth }))
  const id = await uploaded(await instagramOf(items, { '1.jpg': second }))
  await ask('POST', `/${id}/complete`)
  archivist = media.addArchivist(others.neighbours, {}, 1000)
  await waitFor(async () => (await media.sql('select 1 from transfer where done = 50 and lease is null')).length > 0, {
    timeoutMs: 60_000,
  })
  const [row] = await media.sql<{ seconds: number }>(
    'select extract(epoch from due_at - now())::float8 as seconds from transfer',
  )
  // 50 photos are 180 s of an hour's thousand, less what they took.
  expect(row!.seconds).toBeGreaterThan(60)
  expect(row!.seconds).toBeLessThan(180)
  expect((await media.sql('select attempts from transfer'))[0]).toEqual({ attempts: 0 })
})
