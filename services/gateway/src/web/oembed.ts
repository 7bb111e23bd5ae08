import { invalid, notFound, problem } from '@daguerre/kit/problem'
import type { KitEnv } from '@daguerre/kit/http'
import type { Context } from 'hono'
import { matchAppPath } from './app-paths.ts'
import { html } from './html.ts'
import type { Person, Post, PublicReads, Read } from './public-reads.ts'
import { altOf, countOf, fullNameOf, linked, nameOf, pictureWithin, titleOf } from './words.ts'

const cacheSeconds = 300
const richWidth = 640

interface Bounds {
  width: number
  height: number
}

/**
 * A link in the form that others embed (oembed.com): a photo, several as rich text with the first of them, a person as a link.
 * @throws Problem 404 for what is not public here, 422 without a url or with bad bounds, 501 for XML, 503 while nobody knows
 */
export async function oembed(c: Context<KitEnv>, reads: PublicReads, publicUrl: string): Promise<object> {
  const { url, format = 'json' } = c.req.query()
  if (format !== 'json') throw problem(501, 'oembed.format_not_implemented', 'Only JSON is given here.')
  if (!url) throw invalid([{ parameter: 'url', detail: 'is missing' }])
  const bounds = { width: boundOf(c, 'maxwidth'), height: boundOf(c, 'maxheight') }
  const matched = matchAppPath(pathOf(url, publicUrl) ?? '')
  if (matched?.template === '/p/{id}') {
    const post = there(await reads.post(c, matched.parameters['id'] ?? ''))
    return { ...common, ...authorOf(post.author, publicUrl), ...presentPost(post, bounds, publicUrl) }
  }
  if (matched?.template === '/@{username}') {
    const person = there(await reads.person(c, matched.parameters['username'] ?? ''))
    return { ...common, ...authorOf(person, publicUrl), ...presentPerson(person, bounds, publicUrl) }
  }
  throw nothing()
}

const common = { version: '1.0', provider_name: 'Daguerre', cache_age: cacheSeconds }

function nothing() {
  return notFound('oembed.not_found', 'There is nothing to be shown at this address.')
}

function there<Value>(read: Read<Value>): Value {
  if (read.is === 'there') return read.value
  if (read.is === 'gone') throw nothing()
  throw problem(503, 'oembed.unavailable', 'This part of the service does not answer right now. Try again.', {
    headers: { 'retry-after': '1' },
  })
}

function boundOf(c: Context<KitEnv>, parameter: 'maxwidth' | 'maxheight'): number {
  const given = c.req.query(parameter)
  if (given === undefined) return Infinity
  if (!/^[1-9]\d{0,5}$/.test(given)) throw invalid([{ parameter, detail: 'must be a number of pixels' }])
  return Number(given)
}

/** The path of an address of this server, by whatever scheme; null for every other. */
function pathOf(url: string, publicUrl: string): string | null {
  if (!URL.canParse(url)) return null
  const { protocol, host, pathname } = new URL(url)
  if (!/^https?:$/.test(protocol) || host !== new URL(publicUrl).host) return null
  try {
    return decodeURIComponent(pathname)
  } catch {
    return null
  }
}

function authorOf(author: Post['author'], publicUrl: string) {
  return { author_name: nameOf(author), author_url: `${publicUrl}/@${author.username}`, provider_url: publicUrl }
}

function presentPost(post: Post, bounds: Bounds, publicUrl: string) {
  const title = titleOf(post)
  const [photo] = post.media
  const picture = photo && pictureWithin(photo, bounds.width, bounds.height)
  if (!picture) return { type: 'link', title }
  const tile = photo.variants.find(({ name }) => name === 'thumbnail')
  const thumbnail = thumbnailOf(tile, bounds, publicUrl)
  const src = new URL(picture.url, publicUrl).href
  if (post.media.length === 1) return { type: 'photo', title, url: src, ...scaled(picture, bounds), ...thumbnail }

  const size = scaled(picture, { width: Math.min(bounds.width, richWidth), height: bounds.height })
  const link = `${publicUrl}/p/${post.id}`
  const shown = html`<blockquote>
    <a href="${link}"
      ><img src="${src}" width="${size.width}" height="${size.height}" alt="${altOf(photo, post.author)}"
    /></a>
    <p dir="auto">${linked(post.caption, [])}</p>
    <p>
      <a href="${link}">${countOf(post.media.length, 'photo', 'photos')} by <bdi>${fullNameOf(post.author)}</bdi></a>
    </p>
  </blockquote>`
  return { type: 'rich', title, html: shown.text, ...size, ...thumbnail }
}

function presentPerson(person: Person, bounds: Bounds, publicUrl: string) {
  return { type: 'link', title: fullNameOf(person), ...thumbnailOf(person.avatar ?? undefined, bounds, publicUrl) }
}

function thumbnailOf(tile: { url: string; width: number; height: number } | undefined, bounds: Bounds, base: string) {
  if (!tile || tile.width > bounds.width || tile.height > bounds.height) return {}
  const { href } = new URL(tile.url, base)
  return { thumbnail_url: href, thumbnail_width: tile.width, thumbnail_height: tile.height }
}

/** As large as it may be shown, never larger than it is. */
function scaled({ width, height }: Bounds, bounds: Bounds): Bounds {
  const scale = Math.min(1, bounds.width / width, bounds.height / height)
  return { width: Math.max(1, Math.floor(width * scale)), height: Math.max(1, Math.floor(height * scale)) }
}
