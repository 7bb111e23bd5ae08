import { Media } from '@daguerre/contracts'
import sharp from 'sharp'
import { api, read } from './api.ts'
import { soon } from './soon.ts'
import type { Person } from './people.ts'

export type Bytes = Buffer<ArrayBufferLike>

const colours = { red: '#dc1e1e', green: '#1ec828', blue: '#2832dc', white: '#fafafa' } as const

/** Red, green, blue and white in its corners, so that it can be seen which way up it is. */
export function fourCorners(width: number, height: number) {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const quarter = (colour: string, left: number, top: number) => ({
    input: { create: { width: halfWidth, height: halfHeight, channels: 3 as const, background: colour } },
    left,
    top,
  })
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

let plain: Promise<Bytes> | undefined

/** A small photo where it does not matter which. */
export function somePhoto(): Promise<Bytes> {
  plain ??= fourCorners(64, 48).jpeg().toBuffer()
  return plain
}

export function formOf(photo: Uint8Array, name = 'photo.jpg', type = 'image/jpeg'): FormData {
  const form = new FormData()
  form.append('file', new Blob([Uint8Array.from(photo)], { type }), name)
  return form
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
