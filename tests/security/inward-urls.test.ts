import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { urlsOfTheInside } from '@daguerre/kit/testing-urls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api } from '../e2e/support/api.ts'
import { type Person, signUp } from '../e2e/support/people.ts'
import { processed } from '../e2e/support/photos.ts'
import { tell } from './support/counts.ts'

// The system of the tests imports from this machine alone (MEDIA_IMPORT=loopback): nothing else is ever dialled, not even if the guard had a hole.
const mayBeHere = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::\d+)?\//

let person: Person
let site: Server
let base: string
beforeAll(async () => {
  person = await signUp('importer')
  site = createServer(({ url = '/' }, response) => {
    const index = Number(url.slice(1))
    response.writeHead(302, { location: urlsOfTheInside[index] ?? '/' }).end()
  })
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
  base = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
})
afterAll(async () => {
  site.closeAllConnections()
  await new Promise((resolve) => site.close(resolve))
})

/** Where a parser of today sees this machine, which tests may dial. */
function isHere(url: string): boolean {
  return URL.canParse(url) && mayBeHere.test(new URL(url).href) && new URL(url).username === ''
}

test('no URL of the inside is taken at the door, in whatever disguise, by both routes that take one', async () => {
  const urls = urlsOfTheInside.filter((url) => !isHere(url))
  const taken: string[] = []
  for (const url of urls) {
    for (const answer of [
      await api(person).post('/api/v1/media/import', { url }),
      await api(person).post('/posts', { caption: '', mediaUrl: url }),
    ])
      if (answer.status !== 422) taken.push(`${url}: ${answer.status}`)
  }
  expect(taken).toEqual([])
  tell('URLs of the inside', `${urls.length} at two routes, all refused`)
})

test('no redirect leads to the inside', async () => {
  const redirects = urlsOfTheInside.flatMap((url, index) =>
    URL.canParse(url, base) && !isHere(new URL(url, base).href) && /^[\x21-\x7e]+$/.test(url) ? [index] : [],
  )
  const followed: string[] = []
  for (const index of redirects) {
    const { body } = await api(person).post<{ id: string }>('/api/v1/media/import', { url: `${base}/${index}` })
    const media = await processed(person, body.id)
    if (media.state !== 'failed' || media.reason !== 'import_address')
      followed.push(`${urlsOfTheInside[index]}: ${media.state}, ${media.reason}`)
  }
  expect(followed).toEqual([])
  tell('redirects to the inside', `${redirects.length}, none followed`)
})
