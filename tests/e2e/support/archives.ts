import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import { Archive, ArchiveUpload, type Audience } from '@daguerre/contracts'
import { ZipFile } from 'yazl'
import { api, done, read } from './api.ts'
import type { Person } from './people.ts'
import { somePhoto } from './photos.ts'
import { soon } from './soon.ts'

/** An archive of Instagram with two posts, its fault of encoding, and a film. */
export async function instagramArchive(mentioned: string): Promise<Buffer<ArrayBuffer>> {
  const faulty = Buffer.from(`Zwölf Brücken 😀 @${mentioned}`).toString('latin1')
  const posts = [
    { media: [{ uri: 'media/posts/1.jpg', creation_timestamp: 1_400_000_000, title: 'The first' }] },
    {
      title: faulty,
      creation_timestamp: 1_500_000_000,
      media: [
        { uri: 'media/posts/2.jpg', creation_timestamp: 1_500_000_000 },
        { uri: 'media/posts/3.mp4', creation_timestamp: 1_500_000_000 },
      ],
    },
  ]
  const photo = Buffer.from(await somePhoto())
  return zipOf({
    'your_instagram_activity/media/posts_1.json': JSON.stringify(posts),
    'media/posts/1.jpg': photo,
    'media/posts/2.jpg': photo,
  })
}

export async function zipOf(files: Record<string, string | Buffer>): Promise<Buffer<ArrayBuffer>> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  return Buffer.from(await buffer(zip.outputStream as Readable))
}

/** Sends an archive of one part, that nobody calls complete yet. @returns its id */
export async function sendArchive(person: Person, zip: Buffer<ArrayBuffer>, audience?: Audience): Promise<string> {
  const wanted = { bytes: zip.length, ...(audience && { audience }) }
  const { id } = await read(ArchiveUpload, api(person).post('/api/v1/archives', wanted))
  const headers = { 'content-type': 'application/octet-stream' }
  await done(api(person).put(`/api/v1/archives/${id}/parts/1`, zip, { headers }))
  return id
}

/** Brings an archive, to its end. */
export async function bringArchive(person: Person, zip: Buffer<ArrayBuffer>, audience?: Audience): Promise<Archive> {
  const id = await sendArchive(person, zip, audience)
  await read(Archive, api(person).post(`/api/v1/archives/${id}/complete`))
  return soon('the archive is taken', async () => {
    const found = await read(Archive, api(person).get(`/api/v1/archives/${id}`))
    return found.state !== 'working' && found
  })
}
