import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'

export type Files = Record<string, Buffer | string>

/** A ZIP of these files. */
export async function zipOf(files: Files): Promise<Buffer<ArrayBuffer>> {
  const zip = new ZipFile()
  for (const [path, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), path)
  zip.end()
  return Buffer.from(await buffer(zip.outputStream as Readable))
}

/** What Instagram makes of a text: each byte of its UTF-8 as a character. */
export function asInstagram(text: string): string {
  return Buffer.from(text).toString('latin1')
}

export type InstagramPost = {
  title?: string
  creation_timestamp?: number
  media: { uri: string; title?: string; creation_timestamp?: number; alt_text?: string }[]
}

/** An archive of Instagram. */
export function instagramOf(posts: unknown, files: Files = {}, at = 'your_instagram_activity/media/posts_1.json') {
  return zipOf({ [at]: JSON.stringify(posts), 'your_instagram_activity/likes/liked_posts.json': '{}', ...files })
}
