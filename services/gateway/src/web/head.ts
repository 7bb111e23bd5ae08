import { type Html, html } from './html.ts'

export interface Card {
  title: string
  description: string
  /** Absolute, as everything here: what is sent to others must not depend on by what name somebody came. */
  url: string
  type: 'article' | 'profile'
  images: { url: string; width: number; height: number; alt: string }[]
  /** `summary_large_image` for photographs, `summary` for a small picture beside the text. */
  twitterCard: 'summary' | 'summary_large_image'
  /** Further properties of OpenGraph. */
  more: [string, string][]
  publicUrl: string
}

/** Tags by which other sites and applications show a link: OpenGraph, Twitter's cards, oEmbed. */
export function headOf(card: Card): Html {
  const oembed = `${card.publicUrl}/oembed?url=${encodeURIComponent(card.url)}&format=json`
  const properties: [string, string][] = [
    ['og:site_name', 'Daguerre'],
    ['og:type', card.type],
    ['og:title', card.title],
    ['og:description', card.description],
    ['og:url', card.url],
    ...card.images.flatMap(({ url, width, height, alt }): [string, string][] => [
      ['og:image', url],
      ['og:image:type', 'image/webp'],
      ['og:image:width', String(width)],
      ['og:image:height', String(height)],
      ['og:image:alt', alt],
    ]),
    ...card.more,
  ]
  const names: [string, string][] = [
    ['description', card.description],
    ['twitter:card', card.twitterCard],
    ['twitter:title', card.title],
    ['twitter:description', card.description],
    ...card.images.slice(0, 1).flatMap(({ url, alt }): [string, string][] => [
      ['twitter:image', url],
      ['twitter:image:alt', alt],
    ]),
  ]
  const tags = [
    ...names.map(([name, content]) => html`<meta name="${name}" content="${content}" />`),
    ...properties.map(([property, content]) => html`<meta property="${property}" content="${content}" />`),
  ]
  return html`${tags}
    <link rel="canonical" href="${card.url}" />
    <link rel="alternate" type="application/json+oembed" href="${oembed}" title="${card.title}" />
    <noscript><link rel="stylesheet" href="/plain.css" /></noscript>`
}
