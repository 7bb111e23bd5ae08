import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Archive, type Export, Post } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { expect } from 'vitest'
import { instagramArchive } from '../e2e/support/archives.ts'
import { unzip } from '../e2e/support/exports.ts'
import { signUp } from '../e2e/support/people.ts'
import { allOf, publish } from '../e2e/support/posts.ts'
import { complaintsOf, stickingOut } from './support/axe.ts'
import { shown, test } from './support/visit.ts'

test('an export is asked for, downloaded, and opens offline', async ({ visit }) => {
  const louise = await signUp('louise')
  await publish(louise, 'Taken <along>')
  const { page } = await visit({ as: louise, at: '/settings/data' })
  const main = page.getByRole('main')
  await main.getByRole('button', { name: 'Make an export' }).click()
  const button = main.getByRole('button', { name: /^Download the export of / })
  await shown(button)
  expect(await complaintsOf(page)).toEqual([])
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()])
  const path = await download.path()
  const folder = join(dirname(path), 'export')
  const files = await unzip(await readFile(path))
  for (const [name, content] of files) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
  await page.context().setOffline(true)
  await page.goto(`file://${folder}/index.html`)
  await shown(page.getByText('Taken <along>'))
  await expect
    .poll(() => page.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0)
})

test('an archive is chosen, taken, and what was left out is listed', async ({ visit }) => {
  const nadar = await signUp('nadar')
  const { page } = await visit({ as: nadar, at: '/settings/data' })
  const main = page.getByRole('main')
  await shown(main.getByRole('button', { name: 'Choose a ZIP' }))
  expect(await main.getByRole('radio', { name: 'Only me' }).isChecked()).toBe(true)
  await main.getByText('Followers', { exact: true }).click()
  const file = { name: 'instagram.zip', mimeType: 'application/zip', buffer: await instagramArchive(nadar.username) }
  await main.locator('input[type=file]').setInputFiles(file)
  await shown(main.getByText('2 posts of your archive are here. Some of it was left out.'))
  await main.getByText('What was left out').click()
  await shown(main.getByText('Films cannot be taken.'))
  const brought = await allOf(Post, nadar, `/api/v1/users/${nadar.id}/posts`)
  expect(brought.map(({ audience }) => audience)).toEqual(['followers', 'followers'])
  await page.goto(`/@${nadar.username}`)
  await expect
    .poll(() =>
      main
        .getByRole('link')
        .filter({ has: page.locator('img') })
        .count(),
    )
    .toBeGreaterThanOrEqual(2)
})

const at = '2026-11-29T07:00:00.000Z'
const made = { id: newId(), state: 'working', done: 0, total: null, bytes: null } as const
const anExport: Export = { ...made, createdAt: at, finishedAt: null, expiresAt: null }
const anArchive: Archive = {
  ...{ id: newId(), state: 'working', reason: null, partBytes: 8_388_608, parts: 3, bytes: 20_000_000 },
  ...{ audience: 'only_me', done: 0, total: null, posts: 0, omissions: 0, createdAt: at, finishedAt: null },
}

test('what an export and an archive are at is said in every state, to everybody', async ({ visit }) => {
  const states: { taken: Partial<Export>; brought: Partial<Archive>; says: string[]; offers: string[] }[] = [
    {
      taken: { done: 0, total: null },
      brought: { state: 'uploading' },
      says: ['Your export is being made.', 'A part of your archive is here.'],
      offers: ['Choose a ZIP', 'Stop it'],
    },
    {
      taken: { done: 3, total: 12 },
      brought: { done: 40, total: 120 },
      says: ['Your export is being made: 3 of 12 photos.', '40 of 120 posts are done.'],
      offers: ['Stop it'],
    },
    {
      taken: { state: 'failed' },
      brought: { state: 'failed', reason: 'archive_unknown' },
      says: ['Your last export could not be made.', 'Of Instagram, choose JSON as the format.'],
      offers: ['Make an export', 'Choose a ZIP'],
    },
  ]
  const { page } = await visit({ as: await signUp('waiting'), at: '/settings' })
  const main = page.getByRole('main')
  for (const { taken, brought, says, offers } of states) {
    await page.route('**/api/v1/exports', (route) =>
      route.fulfill({ json: { items: [{ ...anExport, ...taken }], nextCursor: null } }),
    )
    await page.route('**/api/v1/archives?*', (route) =>
      route.fulfill({ json: { items: [{ ...anArchive, ...brought }], nextCursor: null } }),
    )
    await page.goto('/settings/data')
    for (const text of says) await shown(main.getByText(text))
    expect(await main.getByRole('button').allTextContents()).toEqual(offers)
    expect(await main.getByRole('progressbar').count()).toBe(says.join().match(/being made|are done/g)?.length ?? 0)
    expect(await complaintsOf(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await stickingOut(page)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
  }
})
