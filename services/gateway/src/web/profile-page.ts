import { headOf } from './head.ts'
import { type Html, html } from './html.ts'
import { avatarOf } from './post-page.ts'
import type { Person, Post } from './public-reads.ts'
import type { Page } from './shell.ts'
import { altOf, countOf, fullNameOf, linked, nameOf, oneLine } from './words.ts'

/** A public profile as others show a link to it, and as it is read without JavaScript. */
export function profilePage(person: Person, posts: Post[], publicUrl: string): Page {
  const url = `${publicUrl}/@${person.username}`
  const title = fullNameOf(person)
  const counts = [
    countOf(person.counts.posts, 'post', 'posts'),
    countOf(person.counts.followers, 'follower', 'followers'),
    countOf(person.counts.following, 'following', 'following'),
  ].join(', ')
  const bio = oneLine(person.bio, 200)
  const head = headOf({
    title,
    description: bio === '' ? counts : `${bio} — ${counts}`,
    url,
    type: 'profile',
    images: person.avatar
      ? [{ ...person.avatar, url: new URL(person.avatar.url, publicUrl).href, alt: `Picture of ${title}` }]
      : [],
    twitterCard: 'summary',
    more: [['profile:username', person.username]],
    publicUrl,
  })
  const body = html`<main class="plain">
    <header>
      <h1>${avatarOf(person)}<bdi>${nameOf(person)}</bdi></h1>
      <p>@${person.username}</p>
      ${person.bio === '' ? null : html`<p dir="auto">${linked(person.bio, [])}</p>`} ${websiteOf(person)}
      <p>${counts}</p>
    </header>
    ${
      posts.length === 0
        ? null
        : html`<ul>
            ${posts.map(tileOf)}
          </ul>`
    }
  </main>`
  return { title: `${title} · Daguerre`, head, body }
}

function websiteOf({ website }: Person): Html | null {
  if (website === null || !/^https?:\/\//i.test(website)) return null
  return html`<p>
    <a href="${website}" rel="me nofollow noopener ugc"><bdi>${website}</bdi></a>
  </p>`
}

function tileOf(post: Post): Html | null {
  const [photo] = post.media
  const tile = photo?.variants.find(({ name }) => name === 'thumbnail')
  if (!photo || !tile) return null
  return html`<li>
    <a href="/p/${post.id}"
      ><img
        src="${tile.url}"
        width="${tile.width}"
        height="${tile.height}"
        alt="${altOf(photo, post.author)}"
        loading="lazy"
    /></a>
  </li>`
}
