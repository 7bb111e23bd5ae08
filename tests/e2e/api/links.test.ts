import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { api, done } from '../support/api.ts'
import { type Person, signUp } from '../support/people.ts'
import { publish } from '../support/posts.ts'
import { startLimitingGateway } from '../support/second-gateway.ts'
import { settled } from '../support/soon.ts'

let gateway: Awaited<ReturnType<typeof startLimitingGateway>>
let folder: string
let louise: Person
// Written with a slash at its end in a cluster.
const publicUrl = (system.environment('gateway')['PUBLIC_URL'] ?? '').replace(/\/$/, '')

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daguerre-e2e-web-'))
  const index = '<!doctype html><html><head><!--app-head--></head><body><div id="root"></div></body></html>'
  writeFileSync(join(folder, 'index.html'), index)
  gateway = await startLimitingGateway({ WEB_DIR: folder })
  louise = await signUp('louise')
})
afterAll(async () => {
  await gateway.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function page(path: string): Promise<{ status: number; text: string }> {
  const response = await fetch(`${gateway.url}${path}`, { headers: { accept: 'text/html' } })
  return { status: response.status, text: await response.text() }
}

test('a link to a post shows it everywhere as long as it is there', async () => {
  const post = await publish(louise, 'The <b>bridge</b> #light')
  const { status, text } = await page(`/p/${post.id}`)
  expect(status).toBe(200)
  expect(text).toContain('The &lt;b&gt;bridge&lt;/b&gt; <a href="/tags/light">#light</a>')
  expect(text).toContain(`<link rel="canonical" href="${publicUrl}/p/${post.id}" />`)
  const image = /property="og:image" content="([^"]+)"/.exec(text)?.[1] ?? ''
  expect(image.startsWith(publicUrl)).toBe(true)
  expect((await fetch(`${gateway.url}${new URL(image).pathname}`)).headers.get('content-type')).toBe('image/webp')

  const oembed = await fetch(`${gateway.url}/oembed?url=${encodeURIComponent(`${publicUrl}/p/${post.id}`)}`)
  expect(await oembed.json()).toMatchObject({ version: '1.0', type: 'photo', url: image })

  await done(api(louise).delete(`/api/v1/posts/${post.id}`))
  await settled(async () => expect(await page(`/p/${post.id}`)).toMatchObject({ status: 404 }))
  expect((await page(`/p/${post.id}`)).text).not.toContain('bridge')
})

test('a link to a person shows profile and posts', async () => {
  // A photo goes with its last post, and the one of the others is gone.
  const person = await signUp('person')
  const post = await publish(person, 'Noon')
  await api(person).patch('/api/v1/users/me', { displayName: '"Louise" & Co', bio: 'Silver\non copper' })
  await settled(async () => {
    const { status, text } = await page(`/@${person.username}`)
    expect(status).toBe(200)
    expect(text).toContain('<bdi>&quot;Louise&quot; &amp; Co</bdi>')
    expect(text).toContain(`href="/p/${post.id}"`)
  })
  expect(await page('/@nobody.at.all')).toMatchObject({ status: 404 })
  const { text } = await page('/sitemap.xml')
  expect(text).toContain('<urlset')
})

test('the app and the API share the door', async () => {
  expect((await page('/')).text).toContain('<div id="root">')
  expect((await page('/notifications')).status).toBe(200)
  const problem = await fetch(`${gateway.url}/notifications/my`)
  expect([problem.status, problem.headers.get('content-type')]).toEqual([401, 'application/problem+json'])
})
