import { readFile } from 'node:fs/promises'
import type { Media, Post } from '@daguerre/contracts'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { expect } from 'vitest'
import { api } from '../e2e/support/api.ts'
import { type Person, signUp, unique } from '../e2e/support/people.ts'
import { cornersOf, fourCorners, pixelBomb } from '../e2e/support/photos.ts'
import { settled } from '../e2e/support/soon.ts'
import { system } from '../setup/system.ts'
import { problem } from './support/answers.ts'
import { openLine } from './support/line.ts'
import { shown, test } from './support/visit.ts'

interface File {
  name: string
  mimeType: string
  buffer: Buffer
}

async function photo(name: string, width = 320, height = 240): Promise<File> {
  return { name, mimeType: 'image/jpeg', buffer: await fourCorners(width, height).jpeg().toBuffer() }
}

async function choose(page: Page, files: File[]): Promise<void> {
  await page.locator('input[type=file]:not([capture])').first().setInputFiles(files)
}

/** Whether a text lies somewhere in the databases of the browser. */
async function isKept(page: Page, text: string): Promise<boolean> {
  return await page.evaluate(async (text) => {
    function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
      return new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(request.error as Error))
      })
    }
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await answer(indexedDB.open(name))
      const stores = [...database.objectStoreNames]
      const all = stores.map((store) => answer(database.transaction(store).objectStore(store).getAll()))
      const contents = JSON.stringify(await Promise.all(all))
      database.close()
      if (contents.includes(text)) return true
    }
    return false
  }, text)
}

/** The newest post of a person, when it is out. */
async function newest(person: Person): Promise<Post> {
  return await settled(async () => {
    const { body } = await api(person).get<{ items: Post[] }>(`/api/v1/users/${person.id}/posts`)
    expect(body.items[0]?.state).toBe('published')
    return body.items[0]
  }).then((post) => post as Post)
}

/** The best of what the server has made of a photo. */
async function largest(media: Media | undefined): Promise<Uint8Array> {
  const response = await fetch(new URL(media?.variants.at(-1)?.url ?? '', system.url))
  return new Uint8Array(await response.arrayBuffer())
}

test('photos become a post: described, put in order, cut, developed, with people and hashtags', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const { page } = await visit({ as: louise, at: '/new' })
  await choose(page, [await photo('one.jpg'), await photo('two.jpg', 240, 320)])
  await shown(page.getByRole('region', { name: /one\.jpg/ }))
  await page.getByLabel('Description', { exact: true }).fill('A stone bridge')

  // The second comes first, cut square and in blue.
  await page.getByRole('button', { name: 'Photo 2: two.jpg' }).click()
  await page.getByRole('button', { name: 'Move to the front' }).click()
  await page.getByLabel('Description', { exact: true }).fill('The same in blue')
  await page.getByRole('button', { name: 'Edit the photo' }).click()
  const editor = page.getByRole('dialog', { name: 'Edit the photo' })
  await editor.getByText('Square').click()
  await editor.getByRole('button', { name: 'Turn to the right' }).click()
  await editor.getByRole('tab', { name: 'Develop' }).click()
  await editor.getByText('Cyanotype').click()
  await editor.getByRole('button', { name: 'Done' }).click()
  await editor.waitFor({ state: 'detached' })

  const caption = page.getByLabel('Caption')
  await caption.fill(`The bridge, with @${nadar.username.slice(0, -2)}`)
  await caption.press('End')
  await caption.press('Backspace')
  await shown(page.getByRole('option', { name: nadar.username }))
  await caption.press('Enter')
  await expect.poll(() => caption.inputValue()).toBe(`The bridge, with @${nadar.username} `)
  await caption.pressSequentially('#light')
  await page.getByLabel('Place').fill('Boulevard du Temple')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await page.waitForURL('/')
  await shown(page.getByText('Your post is out.').or(page.getByText('Your post is on the server.', { exact: false })))

  const post = await newest(louise)
  expect(post).toMatchObject({
    caption: `The bridge, with @${nadar.username} #light`,
    location: { name: 'Boulevard du Temple' },
    media: [{ altText: 'The same in blue' }, { altText: 'A stone bridge' }],
  })
  const [first, second] = post.media
  expect(first?.width).toBe(first?.height)
  const { channels } = await sharp(await largest(first)).stats()
  expect(channels[2]?.mean).toBeGreaterThan((channels[0]?.mean ?? 0) + 10)
  expect(await cornersOf(await largest(second))).toEqual(['red', 'green', 'blue', 'white'])
})

test('a HEIC of a telephone is decoded here, and the right way up', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/new' })
  // Made of fourCorners(320, 240) by heif-enc of libheif with x265.
  const buffer = await readFile(new URL('support/four-corners.heic', import.meta.url))
  await choose(page, [{ name: 'IMG_1839.HEIC', mimeType: '', buffer }])
  await shown(page.getByRole('region', { name: /IMG_1839\.HEIC/ }))
  await page.getByLabel('Caption').fill('Out of a telephone')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const [media] = (await newest(louise)).media
  expect([media?.width, media?.height]).toEqual([320, 240])
  expect(await cornersOf(await largest(media))).toEqual(['red', 'green', 'blue', 'white'])
})

test('a draft survives a reload, and is thrown away only for good after a moment', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/new' })
  await choose(page, [await photo('one.jpg')])
  await page.getByLabel('Description', { exact: true }).fill('A stone bridge')
  await page.getByLabel('Caption').fill('The bridge at noon')
  await expect.poll(() => isKept(page, 'The bridge at noon')).toBe(true)
  await page.reload()
  await shown(page.getByRole('region', { name: /one\.jpg/ }))
  expect(await page.getByLabel('Caption').inputValue()).toBe('The bridge at noon')
  expect(await page.getByLabel('Description', { exact: true }).inputValue()).toBe('A stone bridge')
  await page.getByRole('button', { name: 'Throw away' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await shown(page.getByRole('region', { name: /one\.jpg/ }))
  expect(await page.getByLabel('Caption').inputValue()).toBe('The bridge at noon')
})

test('two tabs do not write over each other', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page, tab } = await visit({ as: louise, at: '/new' })
  await page.getByLabel('Caption').fill('The bridge at noon')
  const other = await tab('/new')
  await shown(other.getByText('You are writing this in another tab'))
  await other.getByRole('button', { name: 'Go on here' }).click()
  await expect.poll(() => other.getByLabel('Caption').inputValue()).toBe('The bridge at noon')
  await shown(page.getByText('You are writing this in another tab'))
})

test('what is no photo, and the eleventh, are left out with a reason', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/new' })
  await choose(page, [
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Iodine, bromine, mercury') },
    { name: 'lie.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('This says that it is a JPEG') },
    { name: 'nothing.png', mimeType: 'image/png', buffer: Buffer.alloc(0) },
    { name: 'bomb.png', mimeType: 'image/png', buffer: pixelBomb(30_000, 30_000) },
  ])
  const problems = page.getByRole('main').getByRole('alert').first()
  await shown(problems.getByText('notes.txt This file is no picture.'))
  await shown(problems.getByText('lie.jpg This file is no picture.'))
  await shown(problems.getByText('nothing.png The file is empty.'))
  await shown(problems.getByText('bomb.png The photo has too many pixels: at most 100 megapixels can be taken.'))
  await choose(page, await Promise.all(Array.from({ length: 11 }, (_, index) => photo(`${index + 1}.jpg`, 64, 48))))
  await shown(problems.getByText('A post has at most 10 photos: one was left out.'))
  await shown(page.getByRole('button', { name: 'Photo 10: 10.jpg' }))
})

test('200 MB are refused before a byte of them is sent', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/new' })
  await shown(page.getByText('Drop your photos here, or paste them'))
  let sent = 0
  await page.route('**/media/upload*', (route) => {
    sent++
    return route.continue()
  })
  // Made in the page: what passes through the tools may have 50 MB.
  await page.evaluate(() => {
    const file = new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), new Uint8Array(200_000_000)], 'huge.jpg', {
      type: 'image/jpeg',
    })
    const transfer = new DataTransfer()
    transfer.items.add(file)
    const input = document.querySelector<HTMLInputElement>('input[type=file]:not([capture])')!
    input.files = transfer.files
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
  await shown(page.getByText('huge.jpg The file is too large: a photo may have at most 50 MB.'))
  expect(sent).toBe(0)
})

test('photos are dropped and pasted', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/new' })
  await shown(page.getByText('Drop your photos here, or paste them'))
  const bytes = (await fourCorners(64, 48).jpeg().toBuffer()).toString('base64')
  for (const [index, kind] of ['drop', 'paste'].entries()) {
    await page.evaluate(
      ({ bytes, kind }) => {
        const data = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))
        const transfer = new DataTransfer()
        transfer.items.add(new File([data], `${kind}.jpg`, { type: 'image/jpeg' }))
        const event =
          kind === 'paste'
            ? new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true })
            : new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
        document.querySelector('main')!.dispatchEvent(event)
      },
      { bytes, kind },
    )
    await shown(page.getByRole('region', { name: new RegExp(`of ${index + 1}:|${kind}\\.jpg`) }))
  }
})

test('a photo that is cut off in the middle goes on when the line is back, and the post is made once', async ({
  visit,
}) => {
  const louise = await signUp('louise')
  const line = await openLine(system.url)
  try {
    const { page } = await visit({ as: louise, at: '/new', door: line.url, mayFail: [/ERR_/] })
    const noise = await sharp({
      create: {
        width: 1600,
        height: 1200,
        channels: 3,
        background: 'white',
        noise: { type: 'gaussian', mean: 120, sigma: 60 },
      },
    })
      .jpeg({ quality: 95 })
      .toBuffer()
    line.slowUp(2_000_000)
    const isCut = line.cutAfter(noise.length / 2)
    await choose(page, [{ name: 'noise.jpg', mimeType: 'image/jpeg', buffer: noise }])
    const caption = `Cut off ${unique()}`
    await page.getByLabel('Caption').fill(caption)
    await isCut
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    await shown(page.getByText(/waits for a connection|Waits for a connection/).first())
    line.slowUp(null)
    line.mend()
    const now = page.getByRole('button', { name: 'Try now' })
    await now.click().catch(() => {})
    expect(await newest(louise)).toMatchObject({ caption })
    const { body } = await api(louise).get<{ items: unknown[] }>(`/api/v1/users/${louise.id}/posts`)
    expect(body.items).toHaveLength(1)
  } finally {
    await line.close()
  }
})

test('sending is paused and goes on', async ({ visit }) => {
  const louise = await signUp('louise')
  const line = await openLine(system.url)
  try {
    const { page } = await visit({ as: louise, at: '/new', door: line.url, mayFail: [/ERR_/] })
    line.slowUp(1_000)
    await choose(page, [await photo('one.jpg', 800, 600)])
    await page.getByRole('button', { name: 'Pause sending' }).click()
    await shown(page.getByText('Paused'))
    line.slowUp(null)
    await page.getByRole('button', { name: 'Go on sending' }).click()
    await page.getByRole('progressbar', { name: 'Sent' }).waitFor({ state: 'detached' })
  } finally {
    await line.close()
  }
})

for (const { status, code, says, headers } of [
  { status: 413, code: 'request.too_large', says: /at most 50 MB|too large/i, headers: {} },
  { status: 422, code: 'media.unsupported_type', says: /cannot be taken|not take it/, headers: {} },
  {
    status: 429,
    code: 'rate_limit.exceeded',
    says: /A lot at once: goes on in \d+ seconds?/,
    headers: { 'retry-after': '40' },
  },
]) {
  test(`a photo that is answered with ${status} says so in words`, async ({ visit }) => {
    const louise = await signUp('louise')
    const { page } = await visit({ as: louise, at: '/new', mayFail: [new RegExp(String(status))] })
    await page.route('**/api/v1/media/upload*', (route) => route.fulfill(problem(status, code, { headers })))
    await choose(page, [await photo('one.jpg')])
    await shown(page.getByText(says).first())
  })
}

test('a post that is refused comes back to the desk with all that was written', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/new', mayFail: [/422/] })
  await page.route('**/api/v1/posts', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill(problem(422, 'request.invalid', { errors: [{ pointer: '#/caption', detail: 'no', code: 'x' }] }))
      : route.fallback(),
  )
  await choose(page, [await photo('one.jpg')])
  await page.getByLabel('Caption').fill('The bridge at noon')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  await shown(page.getByText('A post could not be shared.'))
  await page.getByRole('button', { name: 'Look at it' }).click()
  await page.waitForURL('/new')
  await shown(page.getByText('This post could not be shared.', { exact: false }))
  expect(await page.getByLabel('Caption').inputValue()).toBe('The bridge at noon')
})
