import { setDefaultCACertificates } from 'node:tls'
import { type Media, mediaInternal, mediaLimits } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { asSidecar, waitFor } from '@daguerre/kit/testing'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acceptImport, waitingImports } from '../src/import/claim-import.ts'
import { importPhoto } from '../src/import/import-photo.ts'
import { waitingPhotos } from '../src/media/claim-media.ts'
import { removeLeftovers } from '../src/media/drop-uploads.ts'
import { type MediaRow, originalKey, variantKey } from '../src/media/media-row.ts'
import { type Storage, StorageUnavailable } from '../src/storage.ts'
import type { WorkerOptions } from '../src/worker.ts'
import { bytes, cornersOf, quarters } from './photos.ts'
import { selfSigned } from './self-signed.ts'
import { startSite } from './site.ts'
import { startMedia, type System } from './system.ts'

const photo = await bytes(quarters(400, 300).png())
const address = '93.184.216.34'
const host = 'photos.example.net'
const processed = 'daguerre.media.processed.v1'
const failed = 'daguerre.media.failed.v1'

let media: System
let site: Awaited<ReturnType<typeof startSite>>
let closing: (() => Promise<unknown>)[] = []

// It makes variants; what fetches, tests start for themselves.
beforeAll(async () => {
  media = await startMedia({ wrapStorage: switchable })
  return media.stop
})
beforeEach(async () => {
  site = await startSite()
  site.names.set(host, [address])
  site.serve('/photo', photo)
})
afterEach(async () => {
  await Promise.all([...closing.map((close) => close()), site.stop()])
  closing = []
  isAway = false
  media.config.MEDIA_IMPORT = 'on'
  await media.sql('delete from media')
})

let isAway = false
function switchable(storage: Storage): Storage {
  return {
    ...storage,
    putStream(...args) {
      return isAway ? Promise.reject(new StorageUnavailable('away')) : storage.putStream(...args)
    },
  }
}

function addImporter(fetching = site.fetching, options: Partial<WorkerOptions> = {}) {
  const importer = media.addImporter(fetching, { graceMs: 100, ...options })
  closing.push(() => importer.stop())
  return importer
}

function post(url: unknown, headers: Record<string, string> = {}, as?: typeof media.louise | null) {
  const init = {
    method: 'POST',
    body: JSON.stringify({ url }),
    headers: { 'content-type': 'application/json', ...headers },
  }
  return media.request('/api/v1/media/import', init, as)
}

async function started(url: string, as?: typeof media.louise): Promise<string> {
  const response = await post(url, {}, as)
  expect(response.status).toBe(202)
  return ((await response.json()) as Media).id
}

async function rowOf(id: string): Promise<MediaRow> {
  return (await media.sql<MediaRow>('select * from media where id = ?', [id]))[0]!
}

/** Ends pauses and leases, as time would. */
async function timePasses(): Promise<void> {
  await media.sql('update media set fetch_at = now() where fetch_at is not null')
}

/** Waits until the media is ready or failed, without waiting for the pauses between attempts. */
async function finished(id: string): Promise<Media> {
  return waitFor(
    async () => {
      await media.sql('update media set fetch_at = now() where fetch_at is not null and lease is null')
      const row = await media.mediaOf(id)
      return (row.state === 'ready' || row.state === 'failed') && row
    },
    { timeoutMs: 25_000, what: `the end of ${id}` },
  )
}

async function imported(url: string, fetching = site.fetching): Promise<Media> {
  addImporter(fetching)
  return finished(await started(url))
}

async function typesOf(id: string): Promise<string[]> {
  return (await media.eventsOf(id)).map(({ type }) => type)
}

test('whether photos are imported is told to who has an account', async () => {
  async function told(as?: null) {
    const answer = await media.request('/api/v1/media/import', {}, as)
    return [answer.status, ((await answer.json()) as { enabled?: boolean }).enabled]
  }
  expect(await told()).toEqual([200, true])
  media.config.MEDIA_IMPORT = 'off'
  expect(await told()).toEqual([200, false])
  expect(await told(null)).toEqual([401, undefined])
})

describe('POST /api/v1/media/import', () => {
  test('answers at once, and the photo becomes what an upload of it would be', async () => {
    const response = await post(`http://${host}/photo#at-the-left`)
    expect(response.status).toBe(202)
    const first = (await response.json()) as Media
    expect(first).toEqual({
      ...{ id: first.id, state: 'processing', reason: null, width: null, height: null, placeholder: null },
      variants: [],
    })
    expect(response.headers.get('location')).toBe(`/api/v1/media/${first.id}`)
    addImporter()
    const ready = await finished(first.id)
    const upload = await media.process(photo)
    expect(ready).toMatchObject({ state: 'ready', width: 400, height: 300, placeholder: upload.placeholder })
    expect(await media.bytesOf(ready, 'small')).toEqual(await media.bytesOf(upload, 'small'))
    expect(await cornersOf(await media.bytesOf(ready, 'small'))).toEqual(['red', 'green', 'blue', 'white'])
    const original = await media.plain.read(originalKey(first.id))
    expect(original.outcome === 'found' && Buffer.concat(await original.body.toArray()).equals(photo)).toBe(true)
    const row = await rowOf(first.id)
    expect(row).toMatchObject({ owner_id: media.louise.id, import_url: null, fetch_at: null, bytes: photo.length })
    expect(await typesOf(first.id)).toEqual([processed])
    expect(site.dialled).toEqual([`${address}:80`])
  })

  test('asks without telling of anybody here', async () => {
    await imported(`http://${host}/photo?size=large`)
    site.serve('/photo?size=large', photo)
    await imported(`http://${host}/photo?size=large`)
    expect(site.requests.at(-1)!.headers).toEqual({
      host,
      'user-agent': 'Daguerre (+http://localhost:8080)',
      accept: 'image/avif,image/webp,image/png,image/jpeg,image/gif',
      'accept-encoding': 'identity',
      connection: 'close',
    })
  })

  test('the same key and URL are one import, another URL is refused', async () => {
    const key = { 'idempotency-key': 'one' }
    const first = await post(`http://${host}/photo`, key)
    const again = await post(`http://${host}/photo`, key)
    expect([first.status, again.status]).toEqual([202, 202])
    expect(await again.json()).toEqual(await first.json())
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await post(`http://${host}/other`, key)).status).toBe(422)
    addImporter()
    const [row] = await media.rows()
    await finished(row!.id)
    expect(await media.rows()).toHaveLength(1)
    expect(site.requests).toHaveLength(1)
  })

  test.each([
    ...[
      'http://127.0.0.1/',
      'http://2130706433/',
      'http://[::ffff:10.0.0.1]/',
      'http://169.254.169.254/',
      'http://redis/',
    ],
    ...[
      `http://${host}@127.0.0.1/`,
      `https://user@${host}/`,
      `http://${host}:8080/`,
      `ftp://${host}/`,
      'file:///etc/passwd',
    ],
    ...['/media/x', 'photo.jpg', `http://${host}:443/`, 'http://metadata.google.internal/'],
  ])('%s is refused, and nothing is written', async (url) => {
    const response = await post(url)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'media.url_refused', errors: [{ pointer: '#/url' }] })
    expect(await media.rows()).toEqual([])
  })

  test('needs somebody who is signed in, and a URL', async () => {
    expect((await post(`http://${host}/photo`, {}, null)).status).toBe(401)
    for (const url of ['', 7, null, `http://${host}/${'x'.repeat(mediaLimits.urlLength)}`, `http://${host}/\u0000`]) {
      const response = await post(url)
      expect(response.status).toBe(422)
      expect(await response.json()).toMatchObject({ code: 'request.invalid', errors: [{ pointer: '#/url' }] })
    }
    expect(await media.rows()).toEqual([])
  })

  test('is not there where imports are off, and what waits from before fails', async () => {
    const id = await started(`http://${host}/photo`)
    media.config.MEDIA_IMPORT = 'off'
    const response = await post(`http://${host}/photo`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'media.import_off' })
    addImporter({ ...site.fetching, reach: { internet: false, loopback: false } })
    expect(await finished(id)).toMatchObject({ state: 'failed', reason: 'import_address' })
    expect(site.dialled).toEqual([])
  })

  test('in work it is its owner’s alone', async () => {
    const id = await started(`http://${host}/photo`)
    expect((await media.request(`/api/v1/media/${id}`, {}, media.nadar)).status).toBe(404)
    expect((await media.request(`/api/v1/media/uploads/${id}/complete`, { method: 'POST' })).status).toBe(404)
  })
})

describe('POST /internal/imports', () => {
  async function ask(body: unknown, headers = asSidecar()) {
    return media.app.request('/internal/imports', { method: 'POST', body: JSON.stringify(body), headers })
  }
  async function outcomeOf(body: unknown): Promise<string> {
    return mediaInternal.import.output.parse(await (await ask(body)).json()).outcome
  }

  test('begins an import under the id of the caller, once', async () => {
    const wanted = { id: newId(), ownerId: media.louise.id, url: `http://${host}/photo` }
    expect(await outcomeOf(wanted)).toBe('started')
    expect(await outcomeOf(wanted)).toBe('started')
    addImporter()
    expect((await finished(wanted.id)).state).toBe('ready')
    expect(await outcomeOf(wanted)).toBe('started')
    expect(await media.rows()).toHaveLength(1)
    expect(site.requests).toHaveLength(1)
  })

  test('refuses what the public route does, and all but the sidecar', async () => {
    const wanted = { id: newId(), ownerId: media.louise.id, url: 'http://10.0.0.1/photo' }
    expect(await outcomeOf(wanted)).toBe('url_refused')
    media.config.MEDIA_IMPORT = 'off'
    expect(await outcomeOf({ ...wanted, url: `http://${host}/photo` })).toBe('off')
    expect((await ask(wanted, { 'content-type': 'application/json' })).status).toBe(401)
    expect((await ask({ ...wanted, id: 'x' })).status).toBe(422)
    expect(await media.rows()).toEqual([])
  })
})

describe('what is for good', () => {
  async function failsAtOnce(url: string, reason: string, requests = 1): Promise<void> {
    const result = await imported(url)
    expect(result).toMatchObject({ state: 'failed', reason, variants: [] })
    expect((await rowOf(result.id)).attempts).toBeLessThanOrEqual(1)
    expect(await typesOf(result.id)).toEqual([failed])
    expect(site.requests).toHaveLength(requests)
    expect((await media.plain.head(originalKey(result.id))).outcome).toBe('missing')
    expect(await rowOf(result.id)).toMatchObject({ import_url: null, fetch_at: null })
  }

  test.each([404, 410, 401, 403, 400, 204, 206, 304, 300])('an answer %i', async (status) => {
    site.pages.set('/photo', (response) => response.writeHead(status).end())
    await failsAtOnce(`http://${host}/photo`, 'import_not_found')
  })

  test.each([
    ['a page', '<!doctype html><p>No photo', 'not_an_image'],
    ['nothing', '', 'not_an_image'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"></svg>', 'unsupported_type'],
    ['PDF', `%PDF-1.7 ${' '.repeat(100_000)}`, 'not_an_image'],
  ])('%s, whatever its type is said to be', async (_, body, reason) => {
    site.serve('/photo', Buffer.from(body), { 'content-type': 'image/jpeg' })
    await failsAtOnce(`http://${host}/photo`, reason)
  })

  test('compressed bytes, which nobody asked for', async () => {
    site.serve('/photo', Buffer.from('1f8b0800000000000003', 'hex'), {
      'content-encoding': 'gzip',
      'content-type': 'image/png',
    })
    await failsAtOnce(`http://${host}/photo`, 'not_an_image')
  })

  test('more than 50 MB, by what is said or by what comes', async () => {
    site.pages.set('/photo', (response) => {
      response.writeHead(200, { 'content-length': mediaLimits.maxBytes + 1 }).write(photo)
    })
    await failsAtOnce(`http://${host}/photo`, 'too_large')
    let sent = 0
    const chunk = Buffer.alloc(1024 * 1024)
    site.pages.set('/photo', (response) => {
      function more(): void {
        sent += 1
        if (!response.destroyed && sent < 200) response.write(chunk, more)
      }
      response.writeHead(200).write(photo, more)
    })
    await failsAtOnce(`http://${host}/photo`, 'too_large', 2)
    expect(sent).toBeLessThan(80)
  })

  test('a truncated photo, as of an upload', async () => {
    site.serve('/photo', (await bytes(quarters(600, 400).jpeg())).subarray(0, 2000))
    expect(await imported(`http://${host}/photo`)).toMatchObject({ state: 'failed', reason: 'truncated' })
  })

  test.each([
    ['a name that leads to the inside', ['10.0.0.1']],
    ['to loopback', ['127.0.0.1']],
    ['to metadata', ['169.254.169.254']],
    ['to an IPv4 address in IPv6', ['::ffff:127.0.0.1']],
    ['to a link', ['fe80::1']],
    ['to the outside and to the inside', [address, '192.168.1.1']],
    ['to the outside and, by IPv6, to the inside', [address, 'fd00::1']],
  ])('%s: nothing is dialled', async (_, addresses) => {
    site.names.set('127.0.0.1.nip.example.net', addresses)
    await failsAtOnce('http://127.0.0.1.nip.example.net/photo', 'import_address', 0)
    expect(site.dialled).toEqual([])
  })
})

describe('redirects', () => {
  test('are followed, each looked at: to another path, host, scheme-less, and an address', async () => {
    site.names.set('cdn.example.org', ['1.1.1.1'])
    site.redirect('/a', '/b', 301)
    site.redirect('/b', '//cdn.example.org/c', 307)
    site.redirect('/c', 'http://8.8.8.8/d', 308)
    site.redirect('/d', 'd/../e', 303)
    site.redirect('/e', `http://${host}/photo#here`)
    expect(await imported(`http://${host}/a`)).toMatchObject({ state: 'ready' })
    expect(site.dialled).toEqual([address, address, '1.1.1.1', '8.8.8.8', '8.8.8.8', address].map((one) => `${one}:80`))
    expect(site.requests.map(({ headers }) => headers.host)).toEqual([
      host,
      host,
      'cdn.example.org',
      '8.8.8.8',
      '8.8.8.8',
      host,
    ])
    expect(site.requests.every(({ headers }) => !headers.referer && !headers.cookie)).toBe(true)
  })

  test('take no cookie along', async () => {
    site.pages.set('/a', (response) => response.writeHead(302, { location: '/photo', 'set-cookie': 'a=b' }).end())
    await imported(`http://${host}/a`)
    expect(site.requests[1]!.headers.cookie).toBeUndefined()
  })

  test('end after five, in a loop too', async () => {
    for (let hop = 1; hop <= 6; hop++) site.redirect(`/${hop}`, hop === 6 ? '/photo' : `/${hop + 1}`)
    expect(await imported(`http://${host}/2`)).toMatchObject({ state: 'ready' })
    expect(await imported(`http://${host}/1`)).toMatchObject({ state: 'failed', reason: 'import_redirects' })
    site.redirect('/loop', '/loop')
    expect(await imported(`http://${host}/loop`)).toMatchObject({ state: 'failed', reason: 'import_redirects' })
    expect(site.requests.filter(({ url }) => url === '/loop')).toHaveLength(6)
  })

  test.each([
    ...[
      'http://127.0.0.1/photo',
      'http://0x7f.1/photo',
      'http://[::1]/photo',
      'http://169.254.169.254/',
      '//10.0.0.1/photo',
    ],
    ...[
      'http://localhost/photo',
      'http://inside.example.org/photo',
      'file:///etc/passwd',
      'data:image/png;base64,AAAA',
    ],
    ...['ftp://photos.example.net/photo', 'http://photos.example.net:8080/photo', 'http://a@photos.example.net/photo'],
    ...['http://photos.example.net@127.0.0.1/photo', 'http://[', ''],
  ])('to %j: refused, and only the first was dialled', async (location) => {
    site.names.set('inside.example.org', ['192.168.0.7'])
    site.pages.set('/a', (response) =>
      response.writeHead(302, { location: location === '' ? 'http://' : location }).end(),
    )
    expect(await imported(`http://${host}/a`)).toMatchObject({ state: 'failed', reason: 'import_address' })
    expect(site.dialled).toEqual([`${address}:80`])
  })

  test('to a name that leads to the inside from the second look on: each connection goes by its own look', async () => {
    const answers = [[address], ['127.0.0.1']]
    site.names.set('rebind.example.net', () => answers.shift() ?? ['10.0.0.1'])
    site.redirect('/a', '/photo')
    expect(await imported('http://rebind.example.net/a')).toMatchObject({ state: 'failed', reason: 'import_address' })
    expect(site.asked).toEqual(['rebind.example.net', 'rebind.example.net'])
    expect(site.dialled).toEqual([`${address}:80`])
  })
})

describe('https', () => {
  test('the certificate must be one of the host, signed by somebody who is trusted', async () => {
    const certificate = selfSigned(host)
    const secure = await startSite(certificate)
    closing.push(() => secure.stop())
    secure.serve('/photo', photo)
    for (const name of [host, 'other.example.net']) secure.names.set(name, [address])
    expect(await imported(`https://${host}/photo`, secure.fetching)).toMatchObject({ reason: 'import_unreachable' })
    expect(secure.requests).toHaveLength(0)
    setDefaultCACertificates([certificate.cert])
    for (const name of ['other.example.net', '8.8.8.8']) {
      expect(await imported(`https://${name}/photo`, secure.fetching)).toMatchObject({ reason: 'import_unreachable' })
    }
    expect(secure.requests).toHaveLength(0)
    expect(await imported(`https://${host}/photo`, secure.fetching)).toMatchObject({ state: 'ready' })
    expect(secure.dialled.at(-1)).toBe(`${address}:443`)
    secure.names.set(host, ['10.0.0.1'])
    const dialled = secure.dialled.length
    expect(await imported(`https://${host}/photo`, secure.fetching)).toMatchObject({ reason: 'import_address' })
    expect(secure.dialled).toHaveLength(dialled)
  })
})

describe('what may pass', () => {
  async function failsAfterThree(url: string, fetching = site.fetching): Promise<void> {
    const result = await imported(url, fetching)
    expect(result).toMatchObject({ state: 'failed', reason: 'import_unreachable' })
    expect((await rowOf(result.id)).attempts).toBe(3)
    expect(await typesOf(result.id)).toEqual([failed])
    expect((await media.plain.head(originalKey(result.id))).outcome).toBe('missing')
  }

  test.each([500, 502, 503, 429, 408])('an answer %i is tried again, three times in all', async (status) => {
    site.pages.set('/photo', (response) => response.writeHead(status).end())
    await failsAfterThree(`http://${host}/photo`)
    expect(site.requests).toHaveLength(3)
  })

  test('a name that nobody knows', async () => {
    await failsAfterThree('http://nowhere.example.net/photo')
    expect(site.asked).toHaveLength(3)
  })

  test('a connection that breaks off in the middle', async () => {
    site.pages.set('/photo', (response) => {
      response.writeHead(200, { 'content-length': photo.length }).write(photo.subarray(0, photo.length - 1))
      setTimeout(() => response.destroy(), 20)
    })
    await failsAfterThree(`http://${host}/photo`)
  })

  test('bytes that drip: it ends when the time is over, and lets go', async () => {
    let open = 0
    site.pages.set('/photo', (response) => {
      open += 1
      response.writeHead(200, { 'content-length': photo.length }).write(photo.subarray(0, 300))
      const drip = setInterval(() => response.write(photo.subarray(0, 1)), 20)
      response.on('close', () => {
        clearInterval(drip)
        open -= 1
      })
    })
    await failsAfterThree(`http://${host}/photo`, { ...site.fetching, timeoutMs: 300 })
    await waitFor(() => open === 0)
  })

  test('headers that do not come, or are endless', async () => {
    site.pages.set('/photo', () => {})
    await failsAfterThree(`http://${host}/photo`, { ...site.fetching, timeoutMs: 200 })
    site.pages.set('/photo', (response) => response.writeHead(200, { 'x-long': 'x'.repeat(20_000) }).end(photo))
    await failsAfterThree(`http://${host}/photo`)
  })

  test('redirects do not begin the time anew', async () => {
    for (let hop = 1; hop <= 4; hop++) {
      const location = hop === 4 ? '/photo' : `/${hop + 1}`
      site.pages.set(`/${hop}`, (response) => setTimeout(() => response.writeHead(302, { location }).end(), 150))
    }
    await failsAfterThree(`http://${host}/1`, { ...site.fetching, timeoutMs: 400 })
  })

  test('the second time it is there', async () => {
    let asked = 0
    site.pages.set('/photo', (response) => {
      asked += 1
      if (asked === 1) response.writeHead(503).end()
      else response.end(photo)
    })
    const ready = await imported(`http://${host}/photo`)
    expect(ready.state).toBe('ready')
    // The work on it has attempts of its own.
    expect((await rowOf(ready.id)).attempts).toBe(1)
    expect(await typesOf(ready.id)).toEqual([processed])
  })
})

describe('a crash in the middle', () => {
  const lease = 60

  test('a worker that died before it began: its lease ends, another finishes, one event', async () => {
    const id = await started(`http://${host}/photo`)
    expect(await waitingImports.claim({ em: media.forkEm() }, lease)).toMatchObject({ id, attempts: 1 })
    expect(await waitingImports.claim({ em: media.forkEm() }, lease)).toBeUndefined()
    await timePasses()
    addImporter()
    expect((await finished(id)).state).toBe('ready')
    expect(await typesOf(id)).toEqual([processed])
  })

  test('a kill between the last byte to S3 and the commit: fetched again, to the same key, one event', async () => {
    const id = await started(`http://${host}/photo`)
    const claim = (await waitingImports.claim({ em: media.forkEm() }, lease))!
    const { signal } = new AbortController()
    await importPhoto({ storage: media.storage, fetching: site.fetching, signal }, claim)
    expect((await media.plain.head(originalKey(id))).outcome).toBe('found')
    await timePasses()
    addImporter()
    expect((await finished(id)).state).toBe('ready')
    expect(site.requests).toHaveLength(2)
    expect(await typesOf(id)).toEqual([processed])
    const late = { bytes: 1, sha256: Buffer.alloc(32) }
    expect(await acceptImport({ em: media.forkEm() }, claim, late)).toBe(false)
    expect((await rowOf(id)).bytes).toBe(photo.length)
  })

  test('a worker that hangs loses its lease and lets go; another finishes meanwhile', async () => {
    let asked = 0
    let closed = 0
    site.pages.set('/photo', (response) => {
      asked += 1
      if (asked === 1) {
        response.on('close', () => (closed += 1))
        response.writeHead(200, { 'content-length': photo.length }).write(photo.subarray(0, 300))
      } else {
        response.end(photo)
      }
    })
    const id = await started(`http://${host}/photo`)
    addImporter(site.fetching, { leaseSeconds: 1 })
    await waitFor(() => asked === 1)
    await media.sql("update media set fetch_at = now() - interval '1 second', lease = null where fetch_at is not null")
    addImporter()
    expect((await finished(id)).state).toBe('ready')
    await waitFor(() => closed === 1)
    expect(await typesOf(id)).toEqual([processed])
    const original = await media.plain.head(originalKey(id))
    expect(original.outcome === 'found' && original.object.bytes).toBe(photo.length)
  })

  test('what ends its worker three times is given up', async () => {
    const id = await started(`http://${host}/photo`)
    for (let attempts = 1; attempts <= 3; attempts++) {
      expect(await waitingImports.claim({ em: media.forkEm() }, lease)).toMatchObject({ id, attempts })
      await timePasses()
    }
    addImporter()
    expect(await finished(id)).toMatchObject({ state: 'failed', reason: 'processing_failed' })
    expect(site.requests).toEqual([])
  })

  test('a worker that is told to stop gives back what it has not finished, and this was no attempt', async () => {
    let asked = 0
    site.pages.set('/photo', () => (asked += 1))
    const id = await started(`http://${host}/photo`)
    const worker = addImporter(site.fetching, { graceMs: 50 })
    await waitFor(() => asked === 1)
    await worker.stop()
    expect(await rowOf(id)).toMatchObject({ lease: null, attempts: 0, state: 'processing' })
    site.serve('/photo', photo)
    addImporter()
    expect((await finished(id)).state).toBe('ready')
  })

  test('nobody works on what is not here yet, whatever version they are of', async () => {
    const id = await started(`http://${host}/photo`)
    expect(await waitingPhotos.claim({ em: media.forkEm() }, 60)).toBeUndefined()
    await waitingImports.claim({ em: media.forkEm() }, lease)
    expect(await waitingPhotos.claim({ em: media.forkEm() }, 60)).toBeUndefined()
    expect((await media.mediaOf(id)).state).toBe('processing')
  })
})

test('while S3 is away an import waits without using up its attempts', async () => {
  isAway = true
  const id = await started(`http://${host}/photo`)
  addImporter(site.fetching, { pauseMs: 5 })
  for (let tries = 1; tries <= 4; tries++) {
    await waitFor(() => site.requests.length >= tries)
    await waitFor(async () => (await rowOf(id)).lease === null)
    expect(await rowOf(id)).toMatchObject({ attempts: 0, state: 'processing' })
    await timePasses()
  }
  isAway = false
  expect((await finished(id)).state).toBe('ready')
})

test('one person’s slow servers do not hold up the imports of others', async () => {
  site.pages.set('/slow', () => {})
  for (let count = 0; count < 4; count++) await started(`http://${host}/slow`)
  const importer = addImporter(site.fetching, { concurrency: 3, graceMs: 10 })
  await waitFor(() => site.requests.length >= 2)
  const id = await started(`http://${host}/photo`, media.nadar)
  await waitFor(async () => (await rowOf(id)).state === 'ready')
  expect(site.requests.filter(({ url }) => url === '/slow').length).toBeLessThanOrEqual(3)
  await importer.stop()
})

test('what a failed import left in S3 is removed, once nobody can write to it any more', async () => {
  site.serve('/photo', (await bytes(quarters(600, 400).jpeg())).subarray(0, 2000))
  const { id } = await imported(`http://${host}/photo`)
  await media.plain.put(variantKey(id, 'thumbnail'), photo, 'image/webp')
  function tidy() {
    return removeLeftovers({ em: media.forkEm(), storage: media.storage }, new AbortController().signal)
  }
  expect(await tidy()).toBe(0)
  await media.sql("update media set url_until = now() - interval '2 minutes'")
  expect(await tidy()).toBe(1)
  expect((await media.plain.head(originalKey(id))).outcome).toBe('missing')
  expect(await media.mediaOf(id)).toMatchObject({ state: 'failed', reason: 'truncated' })
})
