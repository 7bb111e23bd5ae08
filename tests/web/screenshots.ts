import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { root } from '../../tools/run/home.ts'
import { Failure, sentenceOf } from '../../tools/run/failure.ts'
import { type Demo, openDemo } from './measure/demo.ts'
import { launchChromium } from './support/chromium.ts'

// `npm run screenshots`: docs/screenshots anew, from a system that runs with the demo.
const [url = '', ...wanted] = process.argv.slice(2)
const folder = join(root, 'docs/screenshots')
const mostBytes = 60_000

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true }
const desktop = { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 }

interface Shot {
  path: string
  /** What has to be seen first; a photograph in the page where nothing is said. */
  has?: string
  /** What the server answers becomes this. */
  answers?: (answer: Answer) => Answer
  /** What is done before the picture is taken. */
  act?: (page: Page) => Promise<unknown>
  as?: 'nobody'
  look?: BrowserContextOptions
  /** Not on a telephone, or on nothing else. */
  only?: 'phone' | 'desktop'
}

type Answer = null | boolean | number | string | Answer[] | { [name: string]: Answer }

/** Long names and words, emoji, ten photographs, right to left in left to right. */
function crowded(answer: Answer): Answer {
  if (Array.isArray(answer)) return answer.map(crowded)
  if (typeof answer !== 'object' || answer === null) return answer
  const all = Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, crowded(value)]))
  if ('displayName' in all) all['displayName'] = 'Louise 🌙 Jacques Mandé of the Boulevard du Temple'
  if ('bio' in all) all['bio'] = `Donaudampfschifffahrtsgesellschaftskapitänswitwenrente\nשלום עולם 🎩`
  const words = `The bridge 🌉👩‍👩‍👧‍👦 at noon ${'superlong'.repeat(12)}\nשלום עולם`
  if ('caption' in all) Object.assign(all, { caption: words, entities: [] })
  if ('text' in all && 'author' in all) Object.assign(all, { text: `How long 🕰 did you wait? ${words}`, entities: [] })
  const { media } = all
  if (Array.isArray(media) && media[0]) all['media'] = Array.from({ length: 10 }, () => media[0] ?? null)
  return all
}

/** Nobody has done anything yet. */
function empty(answer: Answer): Answer {
  const isList = typeof answer === 'object' && answer !== null && 'items' in answer
  return isList ? { ...answer, items: [], nextCursor: null } : answer
}

const dark: BrowserContextOptions = { colorScheme: 'dark' }

async function shots(demo: Demo): Promise<Record<string, Shot>> {
  const { items } = await demo.read<{ items: { id: string; media: unknown[] }[] }>('/api/v1/users/iris/posts')
  const post = `/p/${items.find(({ media }) => media.length > 1)?.id}`
  const everybody = await demo.read<{ items: { id: string; counts: { comments: number } }[] }>('/api/v1/feed?limit=100')
  const [mostTalked] = everybody.items.toSorted((a, b) => b.counts.comments - a.counts.comments)
  const talk = `/p/${mostTalked?.id}`
  const { username } = demo.session.user
  const own = await demo.read<{ items: { id: string }[] }>(`/api/v1/users/${username}/posts`)
  const ownPost = `/p/${own.items[0]?.id}`
  const text = 'main h1, main h2'
  return {
    home: { path: '/' },
    'home-dark': { path: '/', look: dark },
    'home-crowded': { path: '/', answers: crowded },
    'home-empty': { path: '/', has: text, answers: empty },
    'home-signed-out': { path: '/', as: 'nobody' },
    global: { path: '/global', only: 'phone' },
    explore: { path: '/explore' },
    'explore-dark': { path: '/explore', look: dark, only: 'desktop' },
    post: { path: post },
    'post-dark': { path: post, look: dark, only: 'desktop' },
    'post-menu': {
      path: post,
      only: 'phone',
      act: (page) => page.locator('article').getByRole('button', { name: 'More' }).tap(),
    },
    'post-comments': {
      path: talk,
      act: (page) => page.locator('main form').last().scrollIntoViewIfNeeded(),
    },
    'post-crowded': { path: talk, answers: crowded },
    'post-edit': { path: `${ownPost}/edit`, has: 'main textarea', only: 'desktop' },
    'post-edit-conflict': { path: `${ownPost}/edit`, has: 'main textarea', only: 'phone', act: editTogether },
    'post-delete': { path: ownPost, only: 'phone', act: askToDelete },
    'post-likes': { path: `${post}/likes`, only: 'phone' },
    'post-gone': { path: '/p/01890000-0000-7000-8000-000000000000', has: text, only: 'phone' },
    profile: { path: '/@iris' },
    'profile-crowded': { path: '/@iris', answers: crowded },
    'profile-empty': { path: '/@iris', has: text, only: 'phone', answers: empty },
    'profile-dark': { path: '/@iris', look: dark, only: 'phone' },
    'profile-right-to-left': { path: '/@iris?locale=ar-XB' },
    'profile-german': { path: '/@iris?locale=de', only: 'phone' },
    followers: { path: '/@iris/followers', only: 'phone' },
    'nobody-of-a-name': { path: '/@no.such.name', has: text, only: 'phone' },
    search: { path: '/search?q=an', has: 'main section a' },
    tag: { path: '/tags/blackandwhite', only: 'desktop' },
    saved: { path: '/saved', only: 'desktop' },
    'saved-empty': { path: '/saved', has: text, only: 'phone', answers: empty },
    'search-nothing': { path: '/search?q=zzz', has: 'main p', only: 'phone', answers: empty },
    notifications: { path: '/notifications', has: 'main li' },
    'notifications-crowded': { path: '/notifications', has: 'main li', only: 'phone', answers: crowded },
    'notifications-empty': { path: '/notifications', has: text, only: 'phone', answers: empty },
    'notifications-dark': { path: '/notifications', has: 'main li', look: dark, only: 'phone' },
    new: { path: '/new', has: text },
    'new-photos': { path: '/new', has: text, act: choosePhotos },
    'new-developed': { path: '/new', has: text, only: 'desktop', act: develop },
    settings: { path: '/settings', has: text },
    'settings-notifications': { path: '/settings/notifications', has: 'main table', only: 'desktop' },
    'settings-appearance': { path: '/settings/appearance', has: text, look: dark, only: 'phone' },
    login: { path: '/login', has: text, as: 'nobody' },
    register: { path: '/register', has: text, as: 'nobody', only: 'phone' },
    'register-wrong': {
      path: '/register',
      has: text,
      as: 'nobody',
      only: 'phone',
      act: (page) => page.getByRole('button', { name: 'Create an account' }).tap(),
    },
    offline: { path: '/offline', has: text, only: 'phone' },
    'not-found': { path: '/there/is/nothing', has: text },
    'server-away': { path: '/settings/appearance', has: text, only: 'phone', act: lookAtNothing },
    keyboard: {
      path: '/',
      only: 'desktop',
      act: async (page) => {
        await page.keyboard.press('?')
        await page.getByRole('dialog').waitFor()
      },
    },
  }
}

async function choosePhotos(page: Page): Promise<void> {
  const photo = await page.evaluate(async () => {
    const token = (JSON.parse(localStorage.getItem('daguerre.session') ?? '{}') as { accessToken: string }).accessToken
    const answer = await fetch('/api/v1/users/iris/posts', { headers: { authorization: `Bearer ${token}` } })
    const { items } = (await answer.json()) as { items: { media: { variants: { url: string }[] }[] }[] }
    return items.slice(0, 3).map(({ media }) => media[0]?.variants.at(-1)?.url ?? '')
  })
  const files = await Promise.all(
    photo.map(async (path, index) => ({
      name: `photograph-${index + 1}.webp`,
      mimeType: 'image/webp',
      buffer: Buffer.from(await (await fetch(new URL(path, url))).arrayBuffer()),
    })),
  )
  await page.locator('input[type=file]:not([capture])').first().setInputFiles(files)
  await page.getByRole('region', { name: /Photo 1 of 3/ }).waitFor()
  await page.getByLabel('Description', { exact: true }).fill('A lighthouse at the end of the land')
  await page.getByLabel('Caption').fill('Ten minutes of gold, then the rain again. #lighthouse')
}

async function develop(page: Page): Promise<void> {
  await choosePhotos(page)
  await page.getByRole('button', { name: 'Edit the photo' }).click()
  await page.getByRole('tab', { name: 'Develop' }).click()
  await page.getByText('Platinum').click()
}

async function editTogether(page: Page): Promise<void> {
  const caption = page.getByLabel('Caption')
  const before = await caption.inputValue()
  const answer = { status: 409, code: 'post.edited_meanwhile', title: 'Edited meanwhile' }
  await page.route('**/api/v1/posts/*', async (route) => {
    if (route.request().method() === 'PATCH') {
      return await route.fulfill({ status: 409, contentType: 'application/problem+json', json: answer })
    }
    const response = await route.fetch()
    const post = (await response.json()) as object
    await route.fulfill({ response, json: { ...post, caption: `${before} Seen from the other side.` } })
  })
  await caption.fill(`${before} At noon, ten minutes.`)
  await page.getByRole('button', { name: 'Save', exact: true }).tap()
  await page.getByRole('alert').first().waitFor()
}

async function askToDelete(page: Page): Promise<void> {
  await page.locator('article').getByRole('button', { name: 'More' }).tap()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).tap()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).waitFor()
}

async function lookAtNothing(page: Page): Promise<void> {
  const answer = { status: 503, contentType: 'application/problem+json', body: '{"status":503,"code":"unavailable"}' }
  await page.route('**/api/v1/**', (route) => route.fulfill(answer))
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Explore' }).tap()
  await page.getByRole('button', { name: 'Try again' }).waitFor()
}

async function take(
  demo: Demo,
  browser: Browser,
  name: string,
  shot: Shot,
  size: BrowserContextOptions,
): Promise<void> {
  const options = {
    ...size,
    ...shot.look,
    locale: 'en-GB',
    reducedMotion: 'reduce' as const,
    serviceWorkers: 'block' as const,
  }
  const context = shot.as
    ? await browser.newContext({ baseURL: demo.url, ...options })
    : await demo.browse(browser, options)
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  const { answers } = shot
  if (answers) {
    await page.route(/\/api\/v1\/(?!notifications\/stream)/, async (route) => {
      const response = await route.fetch()
      const isJson = response.headers()['content-type']?.includes('json')
      await route.fulfill(isJson ? { response, json: answers((await response.json()) as Answer) } : { response })
    })
  }
  await page.goto(shot.path, { waitUntil: 'load' })
  await page
    .locator(shot.has ?? 'main img')
    .first()
    .waitFor()
  await shot.act?.(page)
  // Photographs on screen, not what is put in their place.
  await page.waitForLoadState('networkidle', { timeout: 4_000 }).catch(() => {})
  await page.evaluate(async () => {
    const images = [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight)
    await Promise.all(images.map((image) => image.decode().catch(() => {})))
    await document.fonts.ready
  })
  const bytes = await small(await page.screenshot())
  writeFileSync(join(folder, `${name}.webp`), bytes)
  console.log(`${name.padEnd(32)} ${(bytes.length / 1000).toFixed(1).padStart(6)} kB`)
  await context.close()
}

/** As good as fits into the limit. */
async function small(png: Buffer): Promise<Buffer> {
  for (let quality = 84; ; quality -= 8) {
    const bytes = await sharp(png).webp({ quality, effort: 6, smartSubsample: true }).toBuffer()
    if (bytes.length <= mostBytes || quality < 30) return bytes
  }
}

async function takeAll(): Promise<void> {
  const demo = await openDemo(url)
  const browser = await launchChromium()
  mkdirSync(folder, { recursive: true })
  try {
    for (const [name, shot] of Object.entries(await shots(demo))) {
      for (const [suffix, size] of Object.entries({ phone, desktop })) {
        if (shot.only && shot.only !== suffix) continue
        const whole = shot.only === 'desktop' || suffix === 'desktop' ? name : `${name}-phone`
        if (wanted.length > 0 && !wanted.some((part) => whole.includes(part))) continue
        await take(demo, browser, whole, shot, size)
      }
    }
  } finally {
    await browser.close()
  }
}

try {
  await takeAll()
} catch (error) {
  console.error(error instanceof Failure ? sentenceOf(error) : error)
  process.exitCode = 1
}
