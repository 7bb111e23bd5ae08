import { type Html, html, htmlOf } from './html.ts'
import type { Author, Entity, Photo, Post, Variant } from './public-reads.ts'

const characters = new Intl.Segmenter()
const day = new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })
const number = new Intl.NumberFormat('en')

// Marks that turn the direction of what follows them: in a title, they would turn words that are not the writer's.
const turning = /[\u202a-\u202e\u2066-\u2069]/gu

/** A text as one line for a title or a description, cut between characters as people see them. */
export function oneLine(text: string, maxLength: number): string {
  const line = text.replaceAll(turning, '').replaceAll(/\s+/gu, ' ').trim()
  if (line.length <= maxLength) return line
  const shown = Iterator.from(characters.segment(line))
    .take(maxLength)
    .map(({ segment }) => segment)
  const start = [...shown].join('')
  return start.length < line.length ? `${start.trimEnd()}…` : line
}

export function nameOf({ displayName, username }: Author): string {
  return displayName === '' ? username : oneLine(displayName, 60)
}

export function fullNameOf(author: Author): string {
  const name = nameOf(author)
  return name === author.username ? `@${name}` : `${name} (@${author.username})`
}

export function countOf(count: number, one: string, many: string): string {
  return `${number.format(count)} ${count === 1 ? one : many}`
}

export function dayOf(time: string): string {
  return day.format(new Date(time))
}

/** What a post is called: its first words, else what it is. */
export function titleOf(post: Post): string {
  const caption = oneLine(post.caption, 70)
  const what = post.media.length === 1 ? 'Photo' : countOf(post.media.length, 'photo', 'photos')
  return caption === '' ? `${what} by ${fullNameOf(post.author)}` : `${caption} · ${fullNameOf(post.author)}`
}

export function descriptionOf(post: Post): string {
  const words = oneLine(post.caption, 200) || oneLine(post.media[0]?.altText ?? '', 200)
  const counts = post.counts ? countsOf(post.counts) : ''
  return [words, counts].filter((part) => part !== '').join(' — ') || titleOf(post)
}

/** @param likes null where the author has hidden them */
export function countsOf({ likes, comments }: { likes: number | null; comments: number }): string {
  const said = countOf(comments, 'comment', 'comments')
  return likes === null ? said : `${countOf(likes, 'like', 'likes')}, ${said}`
}

/** What a picture shows, in words: its alternative text, else whose it is. */
export function altOf(photo: Photo, author: Author): string {
  return photo.altText.replaceAll(turning, '').trim() || `Photo by ${fullNameOf(author)}`
}

/** The uncut pictures of a photo, the smallest first. */
export function picturesOf({ variants }: Photo): Variant[] {
  return variants.filter(({ name }) => name !== 'thumbnail').toSorted((a, b) => a.width - b.width)
}

/** The largest picture at most so wide and so high; the smallest if none is. */
export function pictureWithin(photo: Photo, maxWidth: number, maxHeight = Infinity): Variant | undefined {
  const pictures = picturesOf(photo)
  return pictures.findLast(({ width, height }) => width <= maxWidth && height <= maxHeight) ?? pictures[0]
}

/** A text with its line breaks, and its hashtags and mentions as links. Offsets of entities count code points. */
export function linked(text: string, found: readonly Entity[]): Html {
  const points = Array.from(text)
  const parts: Html[] = []
  let at = 0
  for (const entity of found.toSorted((a, b) => a.start - b.start)) {
    const href =
      entity.tag !== undefined
        ? `/tags/${encodeURIComponent(entity.tag)}`
        : entity.username !== undefined
          ? `/@${encodeURIComponent(entity.username)}`
          : null
    if (href === null || entity.start < at || entity.end > points.length) continue
    parts.push(broken(points.slice(at, entity.start).join('')))
    parts.push(html`<a href="${href}">${points.slice(entity.start, entity.end).join('')}</a>`)
    at = entity.end
  }
  parts.push(broken(points.slice(at).join('')))
  return html`${parts}`
}

function broken(text: string): Html {
  const [first = '', ...rest] = text.split('\n')
  return html`${first}${rest.map((line) => html`${htmlOf('<br>')}${line}`)}`
}
