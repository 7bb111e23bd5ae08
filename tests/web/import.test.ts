import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Post } from '@daguerre/contracts'
import { afterAll, beforeAll, expect } from 'vitest'
import { signUp } from '../e2e/support/people.ts'
import { cornersOf, fourCorners } from '../e2e/support/photos.ts'
import { allOf } from '../e2e/support/posts.ts'
import { soon } from '../e2e/support/soon.ts'
import { system } from '../setup/system.ts'
import { complaintsOf } from './support/axe.ts'
import { shown, test } from './support/visit.ts'

let site: Server
let base: string
beforeAll(async () => {
  const photo = await fourCorners(600, 400).jpeg().toBuffer()
  site = createServer(({ url }, response) => {
    if (url === '/bridge.jpg') response.end(photo)
    else response.writeHead(404).end()
  })
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  base = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})
afterAll(async () => {
  site.closeAllConnections()
  await new Promise((resolve) => site.close(resolve))
})

test('a photo is fetched from its address, said why not where it cannot be, and shared', async ({ visit }) => {
  const louise = await signUp('louise')
  const { page } = await visit({ as: louise, at: '/new', mayFail: [/422/] })
  await page.getByRole('button', { name: 'From the web' }).click()
  const dialog = page.getByRole('dialog', { name: 'A photo from the web' })
  const address = dialog.getByLabel('Address of the photo')
  for (const [url, words] of [
    ['file:///etc/passwd', /begins with https/],
    [`${base}/nothing.jpg`, /no photo at this address/],
  ] as const) {
    await address.fill(url)
    await address.press('Enter')
    await shown(dialog.getByText(words))
    expect(await address.getAttribute('aria-invalid')).toBe('true')
  }
  expect(await complaintsOf(page)).toEqual([])
  await address.fill(`${base}/bridge.jpg`)
  await dialog.getByRole('button', { name: 'Fetch it' }).click()
  await shown(page.getByRole('region', { name: /bridge\.jpg/ }))
  expect(await dialog.count()).toBe(0)
  await page.getByLabel('Caption').fill('The bridge')
  await page.getByRole('button', { name: 'Share' }).click()
  const [post] = await soon('it is posted', async () => {
    const posts = await allOf(Post, louise, `/api/v1/users/${louise.id}/posts`)
    return posts.length > 0 && posts
  })
  expect(post?.caption).toBe('The bridge')
  const best = post?.media[0]?.variants.at(-1)?.url ?? ''
  const bytes = new Uint8Array(await (await fetch(new URL(best, system.url))).arrayBuffer())
  expect(await cornersOf(bytes)).toEqual(['red', 'green', 'blue', 'white'])
})

test('where the server fetches nothing, nobody is offered it', async ({ visit }) => {
  const { page } = await visit({ as: await signUp('nadar'), at: '/' })
  await page.route('**/api/v1/media/import', (route) => route.fulfill({ json: { enabled: false } }))
  const asked = page.waitForResponse('**/api/v1/media/import')
  await page.goto('/new')
  await asked
  await shown(page.getByRole('button', { name: 'Choose photos' }))
  expect(await page.getByRole('button', { name: 'From the web' }).count()).toBe(0)
})
