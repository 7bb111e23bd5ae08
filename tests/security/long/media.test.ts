import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import {
  bombPng,
  bytes,
  cornersOf,
  encoded,
  grain,
  quarters,
  solid,
  withChunk,
} from '../../../services/media/test/photos.ts'
import { api } from '../../e2e/support/api.ts'
import { type Person, signUp } from '../../e2e/support/people.ts'
import { formOf, processed, uploadPhoto } from '../../e2e/support/photos.ts'
import { system } from '../../setup/system.ts'
import { tell } from '../support/counts.ts'

/** A word in metadata, behind the picture, in comments: it must be in nothing that is served. */
const word = 'SECRETPLACE'
const script = `<script>alert('${word}')</script>`
const text = Buffer.from(script)

interface Case {
  what: string
  photo: () => Promise<Uint8Array> | Uint8Array
  /** Why it fails; if it does not, how large it is upright. */
  is: string | [number, number]
  /** Whether the four colours are in their corners. */
  hasCorners?: boolean
}

function picture() {
  return quarters(900, 600)
}

async function jpeg(): Promise<Buffer> {
  return bytes(picture().jpeg())
}

async function placed(): Promise<Buffer> {
  return await bytes(
    picture()
      .jpeg()
      .withExif({
        IFD0: { Make: word, Copyright: word },
        IFD3: {
          GPSLatitudeRef: 'N',
          GPSLatitude: '48/1 51/1 24/1',
          GPSLongitudeRef: 'E',
          GPSLongitude: '2/1 21/1 7/1',
        },
      })
      .withXmp(`<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/">${script}</x:xmpmeta>`),
  )
}

/** A segment of a JPEG (ITU T.81 B.1.1.4), in front of all others. */
function withSegment(photo: Buffer, marker: number, data: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(data.length + 2)
  return Buffer.concat([photo.subarray(0, 2), Buffer.from([0xff, marker]), length, data, photo.subarray(2)])
}

async function animated(): Promise<Buffer> {
  const frames = await Promise.all(
    Array.from({ length: 400 }, (_, index) =>
      solid(300, 200, index === 0 ? '#ff0000' : `#0000${(index % 90) + 10}`)
        .png()
        .toBuffer(),
    ),
  )
  return await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer()
}

const small: [number, number] = [900, 600]
/** 200 MB of nothing, in 200 kB. */
const bomb = deflateSync(Buffer.alloc(200_000_000), { level: 9 })

const cases: Case[] = [
  { what: 'a place in EXIF and a script in XMP', photo: placed, is: small, hasCorners: true },
  {
    what: 'a script behind the picture',
    photo: async () => Buffer.concat([await jpeg(), text]),
    is: small,
    hasCorners: true,
  },
  {
    what: 'a script in a comment',
    photo: async () => withSegment(await jpeg(), 0xfe, text),
    is: small,
    hasCorners: true,
  },
  {
    what: 'an archive behind the picture',
    photo: async () => Buffer.concat([await jpeg(), Buffer.from('PK\x05\x06'), Buffer.alloc(18), text]),
    is: small,
  },
  {
    what: 'a GIF that is a script too',
    photo: async () => Buffer.concat([await encoded(picture(), 'gif'), Buffer.from(`/*${word}*/=1;`)]),
    is: small,
  },
  {
    what: 'a PNG with a text',
    photo: async () =>
      withChunk(await encoded(picture(), 'png'), 'tEXt', Buffer.concat([Buffer.from('Comment\0'), text])),
    is: small,
    hasCorners: true,
  },
  {
    what: 'a PNG with a text that unpacks to 200 MB',
    photo: async () =>
      withChunk(await encoded(picture(), 'png'), 'zTXt', Buffer.concat([Buffer.from('Comment\0\0'), bomb])),
    is: small,
  },
  {
    what: 'a PNG with a profile that unpacks to 200 MB',
    photo: async () => withChunk(await encoded(picture(), 'png'), 'iCCP', Buffer.concat([Buffer.from('x\0\0'), bomb])),
    is: small,
  },
  {
    what: 'a JPEG with a profile that is none',
    photo: async () => withSegment(await jpeg(), 0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01'), text])),
    is: small,
  },
  { what: 'Display P3', photo: () => bytes(picture().withIccProfile('p3').png()), is: small, hasCorners: true },
  { what: '16 bits', photo: () => bytes(picture().toColourspace('rgb16').png()), is: small, hasCorners: true },
  { what: 'CMYK', photo: () => bytes(picture().toColourspace('cmyk').jpeg()), is: small },
  { what: '400 frames', photo: animated, is: [300, 200] },
  { what: '1 × 30000', photo: () => bytes(grain(1, 30_000).png()), is: [1, 30_000] },
  { what: '30000 × 1', photo: () => bytes(grain(30_000, 1).png()), is: [30_000, 1] },
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation): Case => ({
    what: `orientation ${orientation}`,
    photo: () => bytes(quarters(900, 600, orientation).jpeg().withMetadata({ orientation })),
    is: small,
    hasCorners: true,
  })),
  { what: '400 megapixels', photo: () => bombPng(20_000, 20_000), is: 'too_many_pixels' },
  { what: '65500 × 65535', photo: () => bombPng(65_500, 1).fill(0xff, 22, 24), is: 'too_many_pixels' },
  ...(['jpeg', 'png', 'webp', 'avif', 'gif'] as const).map((format): Case => ({
    what: `a ${format} that is cut off`,
    photo: async () => (await encoded(grain(200, 150), format)).subarray(0, -40),
    is: 'truncated',
  })),
  {
    what: 'SVG',
    photo: () => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">${script}</svg>`),
    is: 'unsupported_type',
  },
  {
    what: 'SVG behind a declaration',
    photo: () =>
      Buffer.from(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>`),
    is: 'not_an_image',
  },
  { what: 'HTML', photo: () => Buffer.from(`<!doctype html>${script}`), is: 'not_an_image' },
  { what: 'PDF', photo: () => Buffer.from('%PDF-1.7\n1 0 obj'), is: 'not_an_image' },
  { what: 'a script of a shell', photo: () => Buffer.from('#!/bin/sh\nid'), is: 'not_an_image' },
  {
    what: 'what ImageMagick would run',
    photo: () => Buffer.from('push graphic-context\nviewbox 0 0 9 9\nfill \'url(https://x/"|id")\''),
    is: 'not_an_image',
  },
  { what: 'TIFF', photo: () => bytes(quarters(20, 20).tiff()), is: 'unsupported_type' },
  { what: 'only the beginning of a PNG', photo: () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), is: 'truncated' },
  { what: 'noise', photo: () => crypto.getRandomValues(new Uint8Array(50_000)), is: 'not_an_image' },
]

let person: Person
beforeAll(async () => {
  person = await signUp('hostile')
})

async function memoryBytes(): Promise<number> {
  const { url } = await system.service('media')
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^(?:\w+_)?process_resident_memory_bytes(?:\{[^}]*\})? ([\d.e+]+)$/m.exec(metrics)?.[1])
}

test('whatever is uploaded ends as WebP without a trace of more than the picture, or fails with a reason', async () => {
  const complaints: string[] = []
  let largest = 0
  const watch = setInterval(() => void memoryBytes().then((now) => (largest = Math.max(largest, now))), 200)
  try {
    for (const { what, photo, is, hasCorners } of cases) {
      const { id } = await uploadPhoto(person, await photo())
      const media = await processed(person, id)
      if (typeof is === 'string') {
        if (media.state !== 'failed' || media.reason !== is || media.variants.length > 0)
          complaints.push(`${what} should fail as ${is}: ${media.state}, ${media.reason}`)
        continue
      }
      if (media.state !== 'ready' || media.width !== is[0] || media.height !== is[1])
        complaints.push(
          `${what} should be ${is.join(' × ')}: ${media.state} ${media.reason}, ${media.width} × ${media.height}`,
        )
      for (const { url, name } of media.variants) {
        const { headers, body } = await api().get<Uint8Array>(url)
        const file = Buffer.from(body)
        const type = [headers.get('content-type'), headers.get('x-content-type-options')].join()
        if (type !== 'image/webp,nosniff') complaints.push(`${what}, ${name}: served as ${type}`)
        const { format, exif, xmp, icc, iptc, orientation } = await sharp(file).metadata()
        if (format !== 'webp' || [exif, xmp, icc, iptc, orientation].some((one) => one !== undefined))
          complaints.push(`${what}, ${name}: is ${format}, or has metadata`)
        for (const trace of [word, 'EXIF', 'XMP ', 'ICCP', 'GPS'])
          if (file.includes(trace)) complaints.push(`${what}, ${name}: has ${trace} in it`)
        if (hasCorners && name === 'small' && (await cornersOf(file)).join() !== 'red,green,blue,white')
          complaints.push(`${what}: lies on its side`)
      }
    }
  } finally {
    clearInterval(watch)
  }
  expect(complaints).toEqual([])
  expect(largest).toBeLessThan(1_000_000_000)
  tell(
    'media',
    `${cases.length} files, ${cases.filter(({ is }) => typeof is === 'string').length} of them refused; media used ${Math.round(largest / 1e6)} MB at most`,
  )
})

test('what is said of a file counts for nothing, and what was uploaded is served by no path', async () => {
  const form = formOf(await placed(), `${word}.svg`, 'image/svg+xml')
  const { body } = await api(person).post<{ id: string }>('/api/v1/media/upload', form)
  const media = await processed(person, body.id)
  expect(media.state).toBe('ready')
  for (const path of [
    'original',
    'original.jpg',
    'large.svg',
    'large.jpg',
    '..%2foriginals%2f' + media.id,
    'small.webp/../original',
    'small.webp%00.svg',
  ]) {
    const answer = await fetch(`${system.url}/media/${media.id}/${path}`)
    expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true])
    expect(Buffer.from(await answer.arrayBuffer()).includes('GPS')).toBe(false)
  }
})

test('a body that says that it is compressed is not unpacked', async () => {
  const answer = await fetch(`${system.url}/api/v1/posts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${person.accessToken}`,
      'content-type': 'application/json',
      'content-encoding': 'deflate',
    },
    body: bomb,
  })
  expect([400, 415]).toContain(answer.status)
})
