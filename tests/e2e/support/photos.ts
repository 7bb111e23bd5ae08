import { crc32, deflateSync } from 'node:zlib'
import { Media } from '@daguerre/contracts'
import sharp from 'sharp'
import { api, read } from './api.ts'
import { soon } from './soon.ts'
import type { Person } from './people.ts'

const colours = { red: '#dc1e1e', green: '#1ec828', blue: '#2832dc', white: '#fafafa' } as const

/** Red, green, blue and white in its corners, so that it can be seen which way up it is. */
export function fourCorners(width: number, height: number) {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  function quarter(background: string, left: number, top: number) {
    const create = { width: halfWidth, height: halfHeight, channels: 3 as const, background }
    return { input: { create }, left, top }
  }
  return sharp({ create: { width, height, channels: 3, background: colours.red } }).composite([
    quarter(colours.green, width - halfWidth, 0),
    quarter(colours.blue, 0, height - halfHeight),
    quarter(colours.white, width - halfWidth, height - halfHeight),
  ])
}

/** Names of the colours in the corners: top left, top right, bottom left, bottom right. */
export async function cornersOf(image: Uint8Array): Promise<string[]> {
  const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true })
  function nameAt(x: number, y: number): string {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels
    const distances = Object.entries(colours).map(([name, colour]): [string, number] => {
      const parts = [1, 3, 5].map((index) => Number.parseInt(colour.slice(index, index + 2), 16))
      return [name, Math.hypot(...parts.map((part, channel) => part - (data[at + channel] ?? 0)))]
    })
    return distances.toSorted(([, a], [, b]) => a - b)[0]?.[0] ?? ''
  }
  return [nameAt(0.2, 0.2), nameAt(0.8, 0.2), nameAt(0.2, 0.8), nameAt(0.8, 0.8)]
}

let plain: Promise<Buffer> | undefined

/** A small photo where it does not matter which. */
export function somePhoto(): Promise<Buffer> {
  plain ??= fourCorners(64, 48).jpeg().toBuffer()
  return plain
}

/** A photo that looks like no other: areas of light and dark at random. */
export function unlikePhoto(): Promise<Buffer> {
  const [width, height] = [12, 9]
  const grains = Buffer.from(Array.from({ length: width * height }, () => Math.floor(Math.random() * 256)))
  return sharp(grains, { raw: { width, height, channels: 1 } })
    .resize(480, 360, { kernel: 'cubic', fit: 'fill' })
    .jpeg({ quality: 90 })
    .toBuffer()
}

export function formOf(photo: Uint8Array, name = 'photo.jpg', type = 'image/jpeg'): FormData {
  const form = new FormData()
  form.append('file', new Blob([Uint8Array.from(photo)], { type }), name)
  return form
}

/** A photo as everybody is shown it: to its owner it came with grants, as long as no public post showed it. */
export function forEverybody(media: Media): Media {
  return { ...media, variants: media.variants.map((variant) => ({ ...variant, url: variant.url.replace(/\?.*/, '') })) }
}

/** Uploads a photo and leaves it to be processed. */
export async function uploadPhoto(person: Person, photo?: Uint8Array): Promise<Media> {
  const form = formOf(photo ?? (await somePhoto()))
  return await read(Media, api(person).post('/api/v1/media/upload', form), 201)
}

/** The media when it is `ready` or `failed`. */
export async function processed(person: Person, mediaId: string): Promise<Media> {
  return await soon(`media ${mediaId} is processed`, async () => {
    const media = await read(Media, api(person).get(`/api/v1/media/${mediaId}`))
    return (media.state === 'ready' || media.state === 'failed') && media
  })
}

export async function readyPhoto(person: Person, photo?: Uint8Array): Promise<Media> {
  return await processed(person, (await uploadPhoto(person, photo)).id)
}

/** As a telephone held upright makes it: pixels lying on their side, EXIF that says so and where it was taken. */
export async function telephonePhoto(width: number, height: number): Promise<Buffer> {
  const upright = await fourCorners(width, height).png().toBuffer()
  return await sharp(upright)
    .rotate(270)
    .withExif({
      IFD0: { Make: 'Giroux', Model: 'No. 1', Artist: 'Louise' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 24/1', GPSLongitudeRef: 'E', GPSLongitude: '2/1 21/1 3/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 92 })
    .toBuffer()
}

/** A photo whose end is missing: long enough that it is found out only when much of it is decoded. */
export async function truncatedPhoto(): Promise<Buffer> {
  const whole = await fourCorners(4000, 3000).jpeg({ quality: 95 }).toBuffer()
  return whole.subarray(0, Math.floor(whole.length * 0.9))
}

/** A valid PNG of few bytes and many pixels. */
export function pixelBomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  // One bit a pixel, grey.
  header.set([1, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc(height * (1 + Math.ceil(width / 8)))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}
