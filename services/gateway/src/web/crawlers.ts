import { html } from './html.ts'
import type { Post } from './public-reads.ts'

/** What crawlers may read: pages of posts and people. */
export function robots(publicUrl: string): Buffer {
  const closed = [
    ...[
      '/api/',
      '/auth/',
      '/login',
      '/register',
      '/forgot-password',
      '/reset-password',
      '/verify-email',
      '/first-admin',
      '/sign-in',
    ],
    ...['/moderation', '/new', '/notifications', '/oauth', '/oembed', '/saved', '/settings'],
  ]
  const lines = ['User-agent: *', ...closed.map((path) => `Disallow: ${path}`), `Sitemap: ${publicUrl}/sitemap.xml`]
  return Buffer.from(`${lines.join('\n')}\n`)
}

/** The newest posts and who made them. */
export function sitemap(posts: Post[], publicUrl: string): Buffer {
  const authors = new Set(posts.map(({ author }) => author.username))
  const entries = [
    html`<url><loc>${publicUrl}/explore</loc></url>`,
    ...Array.from(authors, (name) => html`<url><loc>${publicUrl}/@${name}</loc></url>`),
    ...posts.map(
      ({ id, createdAt, editedAt }) =>
        html`<url><loc>${publicUrl}/p/${id}</loc><lastmod>${editedAt ?? createdAt}</lastmod></url>`,
    ),
  ]
  return Buffer.from(
    html`<?xml version="1.0" encoding="UTF-8"?>
      <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries}</urlset> `.text,
  )
}

/** For browsers without JavaScript, which do not see the app's own style: it makes pages readable and no more. */
export const plainStyle = Buffer.from(`:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
.plain { max-width: 40rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere }
.plain figure { margin: 1rem 0 }
.plain img { max-width: 100%; height: auto; vertical-align: middle }
.plain h1 img, .plain p img { width: 2.5rem; height: 2.5rem; border-radius: 50% }
.plain ul { display: grid; grid-template-columns: repeat(3, 1fr); gap: .25rem; padding: 0; list-style: none }
`)
