import { headOf } from './head.ts'
import { type Html, html } from './html.ts'
import type { Author, Photo, Post } from './public-reads.ts'
import type { Page } from './shell.ts'
import {
  altOf,
  countOf,
  countsOf,
  dayOf,
  descriptionOf,
  fullNameOf,
  linked,
  nameOf,
  picturesOf,
  pictureWithin,
  titleOf,
} from './words.ts'

/** Pictures that are named to others: they show one, some let people choose. */
const namedPictures = 4
/** As wide as others show pictures. */
const namedWidth = 2048

/** A public post as others show a link to it, and as it is read without JavaScript. */
export function postPage(post: Post, publicUrl: string): Page {
  const { author } = post
  const url = `${publicUrl}/p/${post.id}`
  const title = titleOf(post)
  const images = post.media.slice(0, namedPictures).flatMap((photo) => {
    const picture = pictureWithin(photo, namedWidth)
    if (!picture) return []
    const { width, height } = picture
    return { url: new URL(picture.url, publicUrl).href, width, height, alt: altOf(photo, author) }
  })
  const tags = new Set(post.entities.flatMap(({ tag }) => tag ?? []))
  const head = headOf({
    title,
    description: descriptionOf(post),
    url,
    type: 'article',
    images,
    twitterCard: 'summary_large_image',
    more: [
      ['article:author', `${publicUrl}/@${author.username}`],
      ['article:published_time', post.createdAt],
      ...(post.editedAt === null ? [] : [['article:modified_time', post.editedAt] satisfies [string, string]]),
      ...Array.from(tags, (tag): [string, string] => ['article:tag', tag]),
    ],
    publicUrl,
  })
  const count = post.media.length
  const body = html`<main class="plain">
    <article>
      <h1>${count === 1 ? 'Photo' : countOf(count, 'photo', 'photos')} by <bdi>${nameOf(author)}</bdi></h1>
      <p>
        <a href="/@${author.username}">${avatarOf(author)}<bdi>${fullNameOf(author)}</bdi></a>
      </p>
      ${post.media.map((photo, index) => figureOf(photo, author, index === 0))}
      ${post.caption === '' ? null : html`<p dir="auto">${linked(post.caption, post.entities)}</p>`}
      ${post.location ? html`<p dir="auto">${post.location.name}</p>` : null}
      <p>
        ${post.counts ? html`${countsOf(post.counts)} · ` : null}<a href="/p/${post.id}"
          ><time datetime="${post.createdAt}">${dayOf(post.createdAt)}</time></a
        >
      </p>
    </article>
  </main>`
  return { title: `${title} · Daguerre`, head, body }
}

export function avatarOf({ avatar }: Author): Html | null {
  return avatar && html`<img src="${avatar.url}" width="${avatar.width}" height="${avatar.height}" alt="" /> `
}

function figureOf(photo: Photo, author: Author, isFirst: boolean): Html | null {
  const pictures = picturesOf(photo)
  const shown = pictureWithin(photo, 1080)
  if (!shown) return null
  const sources = pictures.map(({ url, width }) => `${url} ${width}w`).join(', ')
  const priority = isFirst ? html`fetchpriority="high"` : html`loading="lazy"`
  return html`<figure>
    <img
      src="${shown.url}"
      srcset="${sources}"
      sizes="(min-width: 40rem) 40rem, 100vw"
      width="${shown.width}"
      height="${shown.height}"
      alt="${altOf(photo, author)}"
      decoding="async"
      ${priority}
    />
  </figure> `
}
