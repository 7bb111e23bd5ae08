import { createHash } from 'node:crypto'
import { type Audience, type ExportItem, exportSections } from '@daguerre/contracts'
import type { RemoteSection } from '../transfer-neighbours.ts'

type Post = ExportItem<'posts'>

export type PageContent = {
  manifest: { createdAt: string; server: string; person: { username: string } }
  profile: ExportItem<'profile'> | undefined
  itemsOf: <Section extends RemoteSection>(section: Section) => AsyncIterable<ExportItem<Section>>
  /** Paths in the archive of these media; of those that are in it. */
  filesOf: (mediaIds: string[]) => Promise<ReadonlyMap<string, string>>
}

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 40rem; margin: 0 auto; padding: 1rem; }
article { margin: 3rem 0; }
img { display: block; max-width: 100%; height: auto; margin: 0 0 .5rem; background: #8883; }
details { margin: 1rem 0; overflow-x: auto; }
th, td { padding: .25rem 1rem .25rem 0; text-align: start; vertical-align: top; white-space: pre-line; }
p { white-space: pre-line; overflow-wrap: anywhere; margin: .5rem 0; }
time, footer, .state { color: GrayText; font-size: .875rem; }
`
const styleHash = createHash('sha256').update(style).digest('base64')
// Should a text ever get out of its place it can still load nothing and run nothing.
const policy = `default-src 'none'; img-src 'self' file:; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`

const batch = 50

/** The page of an export that shows it without a network: posts with their photos, then the rest as tables. In parts, as items come. */
export async function* exportPage({ manifest, profile, itemsOf, filesOf }: PageContent): AsyncGenerator<string> {
  const name = profile?.displayName ?? manifest.person.username
  yield `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escape(name)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escape(name)}</h1>
<p>@${escape(manifest.person.username)}</p>
${profile && profile.bio !== '' ? `<p>${escape(profile.bio)}</p>\n` : ''}</header>
<main>
`
  let waiting: Post[] = []
  let isEmpty = true
  for await (const post of itemsOf('posts')) {
    isEmpty = false
    waiting.push(post)
    if (waiting.length < batch) continue
    yield* articles(waiting, filesOf)
    waiting = []
  }
  yield* articles(waiting, filesOf)
  if (isEmpty) yield '<p>No posts.</p>\n'
  for (const section of tables) yield* table(section, itemsOf(section))
  yield `</main>
<footer>Exported on ${day(manifest.createdAt)} from ${escape(manifest.server)}. All of it, for programs: export.json, described by schema.json.</footer>
</body>
</html>
`
}

async function* articles(posts: readonly Post[], filesOf: PageContent['filesOf']): AsyncGenerator<string> {
  if (posts.length === 0) return
  const files = await filesOf(posts.flatMap(({ media }) => media.map(({ mediaId }) => mediaId)))
  for (const post of posts) {
    const photos = post.media.map(({ mediaId, altText }) => {
      const file = files.get(mediaId)
      return file === undefined
        ? '<p class="state">This photo is not in the archive.</p>\n'
        : `<img src="${escape(file)}" alt="${escape(altText)}" loading="lazy">\n`
    })
    yield `<article>
${photos.join('')}${post.caption === '' ? '' : `<p>${escape(post.caption)}</p>\n`}<time datetime="${escape(post.createdAt)}">${day(post.createdAt)}</time>
${audiences[post.audience]}${post.state === 'published' ? '' : '<p class="state">This post never appeared.</p>\n'}</article>
`
  }
}

const audiences: Record<Audience, string> = {
  public: '',
  followers: '<p class="state">For followers.</p>\n',
  close_friends: '<p class="state">For close friends.</p>\n',
  only_me: '<p class="state">For me alone.</p>\n',
}

function day(time: string): string {
  return new Date(time).toISOString().slice(0, 10)
}

// What is not shown above.
const tables = (Object.keys(exportSections) as (keyof typeof exportSections)[]).filter(
  (name): name is Exclude<RemoteSection, 'profile' | 'posts'> => !['profile', 'posts', 'media'].includes(name),
)

/** A section as a table, whatever is in it; nothing of one that is empty. */
async function* table(section: (typeof tables)[number], items: AsyncIterable<object>): AsyncGenerator<string> {
  const { item, description } = exportSections[section]
  // People are named by their username, where they have one.
  const columns = Object.keys(item.shape).filter((key) => key !== 'id' && key !== 'userId')
  let isEmpty = true
  for await (const given of items) {
    const row = new Map<string, unknown>(Object.entries(given))
    if (isEmpty) {
      const heads = columns.map((key) => `<th>${escape(key.replaceAll(/[A-Z]/g, ' $&').toLowerCase())}</th>`)
      yield `<details>
<summary>${escape(description)}</summary>
<table>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
`
    }
    isEmpty = false
    const cells = columns.map(
      (key) => `<td>${escape(textOf(row.get(key) ?? (key === 'username' ? row.get('userId') : null)))}</td>`,
    )
    yield `<tr>${cells.join('')}</tr>\n`
  }
  if (!isEmpty) yield '</tbody>\n</table>\n</details>\n'
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  if (value === null || value === undefined) return ''
  const { username, userId }: { username?: unknown; userId?: unknown } = value
  return textOf(username ?? userId) || JSON.stringify(value)
}

const references: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => references[character]!)
}
