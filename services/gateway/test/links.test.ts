import { newId } from '@daguerre/kit/id'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createStage } from './stage.ts'
import { makeWebBuild } from './web-build.ts'

const publicUrl = 'https://photos.example.org'
let build: ReturnType<typeof makeWebBuild>
let stage: Awaited<ReturnType<typeof createStage>>
const answers = new Map<string, { status: number; body: unknown }>()

beforeAll(async () => {
  build = makeWebBuild()
  stage = await createStage({ webFolder: build.folder, publicUrl, limits: false })
  stage.script.post = (request, response) => {
    const { status, body } = answers.get(request.url ?? '') ?? { status: 404, body: { code: 'post.not_found' } }
    response.statusCode = status
    response.end(JSON.stringify(body))
  }
})
afterEach(() => {
  answers.clear()
  stage.seen.length = 0
})
afterAll(async () => {
  await stage.close()
  build.remove()
})

function photo(altText = '', width = 2048, height = 1536) {
  const id = newId()
  const sizes: [string, number][] = [
    ['small', 640],
    ['medium', 1080],
    ['large', 2048],
  ]
  return {
    id,
    state: 'ready',
    altText,
    variants: [
      { name: 'thumbnail', url: `/media/${id}/thumbnail.webp`, width: 320, height: 320, bytes: 1, type: 'image/webp' },
      ...sizes.map(([name, at]) => ({
        name,
        url: `/media/${id}/${name}.webp`,
        width: at,
        height: Math.round((at * height) / width),
        bytes: 1,
        type: 'image/webp',
      })),
    ],
  }
}

const louise = { id: newId(), username: 'louise', displayName: 'Louise', avatar: null }

function post(more: object = {}) {
  const made = {
    id: newId(),
    author: louise,
    caption: 'The #bridge at noon, with @nadar',
    entities: [
      { type: 'hashtag', start: 4, end: 11, tag: 'bridge' },
      { type: 'mention', start: 26, end: 32, username: 'nadar', userId: null },
    ],
    media: [photo('A stone bridge')],
    location: null,
    counts: { likes: 1, comments: 1200 },
    viewer: null,
    state: 'published',
    createdAt: '2026-11-23T07:00:00.000Z',
    editedAt: null,
    ...more,
  }
  answers.set(`/api/v1/posts/${made.id}`, { status: 200, body: made })
  return made
}

function person(more: object = {}) {
  const made = {
    ...louise,
    bio: 'Silver on copper.\nSince 1839.',
    website: 'https://example.org/?a=1&b=2',
    counts: { posts: 2, followers: 1, following: 0 },
    viewer: null,
    avatar: { mediaId: newId(), url: '/media/a/thumbnail.webp', width: 320, height: 320, placeholder: null },
    ...more,
  }
  answers.set(`/api/v1/users/${made.username}`, { status: 200, body: made })
  return made
}

async function page(path: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(`${stage.url}${path}`)
  return { status: response.status, text: await response.text(), headers: response.headers }
}

function unescape(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
}

/** The contents of `<meta name|property="…">`. */
function metaOf(text: string, name: string): string[] {
  const pattern = new RegExp(`<meta (?:name|property)="${name}" content="([^"]*)" />`, 'g')
  return [...text.matchAll(pattern)].map(([, content]) => unescape(content ?? ''))
}

function titleIn(text: string): string {
  expect(text.match(/<title>/g)).toHaveLength(1)
  return unescape(/<title>([^<]*)<\/title>/.exec(text)?.[1] ?? '')
}

describe('a public post', () => {
  test('has title, description and picture for other sites, all addresses absolute', async () => {
    const made = post({ editedAt: '2026-11-24T07:00:00.000Z' })
    const { status, text, headers } = await page(`/p/${made.id}`)
    const url = `${publicUrl}/p/${made.id}`
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache'])
    expect(titleIn(text)).toBe('The #bridge at noon, with @nadar · Louise (@louise) · Daguerre')
    for (const [name, content] of [
      ['description', 'The #bridge at noon, with @nadar — 1 like, 1,200 comments'],
      ['og:type', 'article'],
      ['og:title', 'The #bridge at noon, with @nadar · Louise (@louise)'],
      ['og:url', url],
      ['og:image', `${publicUrl}${made.media[0]!.variants.at(-1)!.url}`],
      ['og:image:width', '2048'],
      ['og:image:height', '1536'],
      ['og:image:alt', 'A stone bridge'],
      ['article:author', `${publicUrl}/@louise`],
      ['article:published_time', made.createdAt],
      ['article:modified_time', '2026-11-24T07:00:00.000Z'],
      ['article:tag', 'bridge'],
      ['twitter:card', 'summary_large_image'],
      ['twitter:image:alt', 'A stone bridge'],
    ] as const) {
      expect([name, metaOf(text, name)]).toEqual([name, [content]])
    }
    expect(text).toContain(`<link rel="canonical" href="${url}" />`)
    const oembed = /<link rel="alternate" type="application\/json\+oembed" href="([^"]+)"/.exec(text)?.[1] ?? ''
    expect(unescape(oembed)).toBe(`${publicUrl}/oembed?url=${encodeURIComponent(url)}&format=json`)
  })

  test('is read without JavaScript: photo with alt text, caption with links, author, counts, time', async () => {
    const made = post({ location: { name: 'Paris', latitude: 1, longitude: 2 } })
    const { text } = await page(`/p/${made.id}`)
    const root = text.slice(text.indexOf('<div id="root">'))
    expect(root).toContain('<h1>Photo by <bdi>Louise</bdi></h1>')
    expect(root).toMatch(/<img\s+src="\/media\/[^"]+\/medium\.webp"\s+srcset="[^"]+640w[^"]+2048w"[^>]+width="1080"/)
    expect(root).toContain('alt="A stone bridge"')
    expect(root).toContain('The <a href="/tags/bridge">#bridge</a> at noon, with <a href="/@nadar">@nadar</a>')
    expect(root).toContain('href="/@louise"')
    expect(root).toContain('1 like, 1,200 comments')
    expect(root).toContain('<time datetime="2026-11-23T07:00:00.000Z">November 23, 2026</time>')
    expect(root).toContain('Paris')
    expect(root).not.toContain('latitude')
  })

  test('is the same page again for who has it, and is asked of the service as anybody, once for all', async () => {
    const made = post()
    const [first] = await Promise.all(Array.from({ length: 5 }, () => page(`/p/${made.id}`)))
    expect(stage.seen).toHaveLength(1)
    expect(stage.seen[0]?.headers).not.toHaveProperty('authorization')
    expect(stage.seen[0]?.headers['x-request-id']).toBeTruthy()
    const again = await fetch(`${stage.url}/p/${made.id}`, {
      headers: { 'if-none-match': first?.headers.get('etag') ?? '' },
    })
    expect(again.status).toBe(304)
  })

  test.each([
    ['</title><script>alert(1)</script>', '</title><script>alert(1)</script>'],
    ['" onload="alert(1)" x=\'', '" onload="alert(1)" x=\''],
    ['$& $1 $` <!--app-head--> <div id="root"></div>', '$& $1 $` <!--app-head--> <div id="root"></div>'],
    ['&lt;b&gt; &amp;', '&lt;b&gt; &amp;'],
    ['safe \u202egnp.exe\u202c \u2066x', 'safe gnp.exe x'],
  ])('of the caption %j nothing is markup', async (caption, shown) => {
    const made = post({ caption, entities: [], media: [photo(caption)] })
    const { text, headers } = await page(`/p/${made.id}`)
    expect(headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(titleIn(text)).toBe(`${shown} · Louise (@louise) · Daguerre`)
    expect(metaOf(text, 'og:image:alt')).toEqual([shown])
    // The two of the app itself.
    expect(text.match(/<script/g)).toHaveLength(2)
    expect(text.match(/<div/g)).toHaveLength(1)
    expect(text.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/)
    expect(unescape(text.slice(text.indexOf('<p dir="auto">')))).toContain(caption)
  })

  test('hostile names, addresses and entities stay words', async () => {
    const author = { ...louise, displayName: '"><img src=x onerror=alert(1)>' }
    const made = post({
      author,
      caption: 'a#b',
      entities: [
        { type: 'hashtag', start: 1, end: 3, tag: '"><script>' },
        { type: 'hashtag', start: 2, end: 900, tag: 'far' },
        { type: 'link', start: 0, end: 1 },
      ],
    })
    const { text } = await page(`/p/${made.id}`)
    expect(text).toContain('a<a href="/tags/%22%3E%3Cscript%3E">#b</a>')
    expect(text).not.toContain('<img src=x')
  })

  test('ten photos are all shown, four of them named to other sites', async () => {
    const made = post({ media: Array.from({ length: 10 }, (_, index) => photo(`Number ${index}`)), caption: '' })
    const { text } = await page(`/p/${made.id}`)
    expect(titleIn(text)).toBe('10 photos by Louise (@louise) · Daguerre')
    expect(text.match(/<figure>/g)).toHaveLength(10)
    expect(text.match(/loading="lazy"/g)).toHaveLength(9)
    expect(metaOf(text, 'og:image')).toHaveLength(4)
    expect(metaOf(text, 'description')).toEqual(['Number 0 — 1 like, 1,200 comments'])
  })

  test('emoji are not cut in two, offsets count code points, lines break', async () => {
    const family = '👩‍👩‍👧‍👦'
    const caption = `${family.repeat(80)}\n#ок`
    const start = Array.from(`${family.repeat(80)}\n`).length
    const made = post({ caption, entities: [{ type: 'hashtag', start, end: start + 3, tag: 'ок' }] })
    const { text } = await page(`/p/${made.id}`)
    expect(titleIn(text)).toBe(`${family.repeat(70)}… · Louise (@louise) · Daguerre`)
    expect(text).toContain(`${family}<br><a href="/tags/%D0%BE%D0%BA">#ок</a></p>`)
  })

  test('says nothing of likes that its author has hidden', async () => {
    const made = post({ likesHidden: true, counts: { likes: null, comments: 1200 } })
    const { text } = await page(`/p/${made.id}`)
    expect(metaOf(text, 'description')).toEqual(['The #bridge at noon, with @nadar — 1,200 comments'])
    expect(text).toMatch(/>\s*1,200 comments · </)
    expect(text).not.toMatch(/\d likes?\b/)
  })

  test('counts that could not be had are left out', async () => {
    const made = post({ counts: null })
    const { text } = await page(`/p/${made.id}`)
    expect(metaOf(text, 'description')).toEqual(['The #bridge at noon, with @nadar'])
  })
})

describe('what is not public', () => {
  test.each([
    ['unknown', { status: 404, body: { code: 'post.not_found' } }],
    ['for others only', { status: 403, body: {} }],
    ['gone', { status: 410, body: {} }],
  ])('a post that is %s is the shell with 404 and says nothing', async (_, answer) => {
    const id = newId()
    answers.set(`/api/v1/posts/${id}`, answer)
    const { status, text } = await page(`/p/${id}`)
    expect(status).toBe(404)
    expect(titleIn(text)).toBe('Not found · Daguerre')
    expect(metaOf(text, 'robots')).toEqual(['noindex'])
    expect(text).toContain('<div id="root"></div>')
    expect(metaOf(text, 'og:title')).toEqual([])
  })

  test('a post in work is not shown, whatever the service says', async () => {
    const made = post({ state: 'processing' })
    expect((await page(`/p/${made.id}`)).status).toBe(404)
  })

  test('what can be no id and no name is not even asked for', async () => {
    for (const path of ['/p/x', '/p/..%2f..%2finternal', '/p/%3Fa', '/@a', '/@..%2fx', `/@${'a'.repeat(31)}`]) {
      expect([path, (await page(path)).status]).toEqual([path, 404])
    }
    expect(stage.seen).toEqual([])
  })

  test('a service that does not answer leaves the app to say so', async () => {
    const id = newId()
    answers.set(`/api/v1/posts/${id}`, { status: 503, body: {} })
    answers.set('/api/v1/users/odd.answer', { status: 200, body: { username: 7 } })
    for (const path of [`/p/${id}`, '/@odd.answer']) {
      const { status, text } = await page(path)
      expect([path, status, titleIn(text)]).toEqual([path, 200, 'Daguerre'])
    }
  })
})

describe('a public profile', () => {
  test('has title, description, picture, and the newest posts', async () => {
    person()
    const [first, second] = [post(), post({ state: 'failed' })]
    answers.set('/api/v1/users/louise/posts?limit=12', {
      status: 200,
      body: { items: [first, second], nextCursor: null },
    })
    const { status, text } = await page('/@Louise')
    expect(status).toBe(200)
    expect(titleIn(text)).toBe('Louise (@louise) · Daguerre')
    for (const [name, content] of [
      ['og:type', 'profile'],
      ['og:url', `${publicUrl}/@louise`],
      ['profile:username', 'louise'],
      ['og:image', `${publicUrl}/media/a/thumbnail.webp`],
      ['twitter:card', 'summary'],
      ['description', 'Silver on copper. Since 1839. — 2 posts, 1 follower, 0 following'],
    ] as const) {
      expect([name, metaOf(text, name)]).toEqual([name, [content]])
    }
    expect(text).toContain('<p dir="auto">Silver on copper.<br>Since 1839.</p>')
    expect(text).toContain('href="https://example.org/?a=1&amp;b=2" rel="me nofollow noopener ugc"')
    expect(text).toMatch(new RegExp(`<a href="/p/${first.id}"\\s*><img`))
    expect(text).not.toContain(second.id)
  })

  test('is there without its posts, with a long name, and without a link that is none', async () => {
    const displayName = 'Ƒ'.repeat(50)
    person({ username: 'long.name', displayName, bio: '', website: 'javascript:alert(1)', avatar: null })
    const { status, text } = await page('/@long.name')
    expect(status).toBe(200)
    expect(titleIn(text)).toBe(`${displayName} (@long.name) · Daguerre`)
    expect(text).not.toContain('javascript:')
    expect(metaOf(text, 'og:image')).toEqual([])
  })
})

describe('oEmbed', () => {
  async function embed(url: string, more = ''): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await fetch(`${stage.url}/oembed?url=${encodeURIComponent(url)}${more}`)
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('one photo is a photo, as large as it may be', async () => {
    const made = post()
    const variants = made.media[0]!.variants
    const whole = await embed(`${publicUrl}/p/${made.id}?from=here`)
    expect(whole).toMatchObject({
      status: 200,
      body: {
        version: '1.0',
        type: 'photo',
        title: 'The #bridge at noon, with @nadar · Louise (@louise)',
        author_name: 'Louise',
        author_url: `${publicUrl}/@louise`,
        provider_name: 'Daguerre',
        provider_url: publicUrl,
        url: `${publicUrl}${variants.at(-1)!.url}`,
        width: 2048,
        height: 1536,
        thumbnail_url: `${publicUrl}${variants[0]!.url}`,
        thumbnail_width: 320,
        thumbnail_height: 320,
      },
    })
    const small = await embed(`${publicUrl}/p/${made.id}`, '&maxwidth=1100&maxheight=600&format=json')
    expect(small.body).toMatchObject({ url: `${publicUrl}${variants[1]!.url}`, width: 640, height: 480 })
    const tiny = await embed(`${publicUrl}/p/${made.id}`, '&maxwidth=100')
    expect(tiny.body).toMatchObject({ url: `${publicUrl}${variants[1]!.url}`, width: 100, height: 75 })
    expect(tiny.body).not.toHaveProperty('thumbnail_url')
  })

  test('several are rich text in which nothing of the caption is markup', async () => {
    const made = post({ media: [photo(), photo()], caption: '<script>"\'', entities: [] })
    const { body } = await embed(`${publicUrl}/p/${made.id}`)
    expect(body).toMatchObject({ type: 'rich', width: 640, height: 480 })
    expect(body['html']).toContain('&lt;script&gt;&quot;&#39;')
    expect(body['html']).not.toContain('<script')
    expect(body['html']).toContain(`<a href="${publicUrl}/p/${made.id}"`)
  })

  test('a person is a link with a picture', async () => {
    person()
    expect((await embed(`http://photos.example.org/%40louise`)).body).toMatchObject({
      type: 'link',
      title: 'Louise (@louise)',
      thumbnail_url: `${publicUrl}/media/a/thumbnail.webp`,
    })
  })

  test('what is not here, or not public, is 404', async () => {
    for (const url of [
      `https://other.example/p/${post().id}`,
      `${publicUrl}/p/${newId()}`,
      `${publicUrl}/explore`,
      `${publicUrl}/%ff`,
      `ftp://photos.example.org/p/${newId()}`,
      'no address',
    ]) {
      expect([url, await embed(url)]).toMatchObject([url, { status: 404, body: { code: 'oembed.not_found' } }])
    }
  })

  test('XML is not given, bad parameters are refused, a service that is away is said', async () => {
    const { id } = post()
    const url = `${publicUrl}/p/${id}`
    expect(await embed(url, '&format=xml')).toMatchObject({ status: 501 })
    for (const more of ['&maxwidth=0', '&maxwidth=x', '&maxheight=-1', '&maxheight=1e3']) {
      expect([more, (await embed(url, more)).status]).toEqual([more, 422])
    }
    expect((await fetch(`${stage.url}/oembed`)).status).toBe(422)
    const away = newId()
    answers.set(`/api/v1/posts/${away}`, { status: 503, body: {} })
    expect(await embed(`${publicUrl}/p/${away}`)).toMatchObject({ status: 503, body: { code: 'oembed.unavailable' } })
  })
})

test('crawlers are told what to read, and what is new', async () => {
  const robots = await page('/robots.txt')
  expect(robots.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(robots.text).toContain(`Sitemap: ${publicUrl}/sitemap.xml`)
  expect(robots.text).toContain('Disallow: /api/')
  expect((await page('/sitemap.xml')).status).toBe(503)
  const made = post()
  answers.set('/api/v1/feed?limit=50', { status: 200, body: { items: [made], nextCursor: null } })
  const { status, text } = await page('/sitemap.xml')
  expect(status).toBe(200)
  expect(text).toContain(`<loc>${publicUrl}/p/${made.id}</loc><lastmod>${made.createdAt}</lastmod>`)
  expect(text).toContain(`<loc>${publicUrl}/@louise</loc>`)
})

test('pages that ask services are limited as reads are', async () => {
  const limited = await createStage({ webFolder: build.folder })
  try {
    let taken = ''
    limited.script.post = (_request, response) => response.end('{}')
    await fetch(`${limited.url}/p/${newId()}`)
    const response = await fetch(`${limited.url}/api/v1/posts/mine`)
    taken = response.headers.get('ratelimit') ?? ''
    const left = Number(/r=(\d+)/.exec(taken)?.[1])
    await fetch(`${limited.url}/@louise`)
    const after = await fetch(`${limited.url}/api/v1/posts/mine`)
    expect(Number(/r=(\d+)/.exec(after.headers.get('ratelimit') ?? '')?.[1])).toBeLessThanOrEqual(left - 2)
  } finally {
    await limited.close()
  }
})
