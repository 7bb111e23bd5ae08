import { beforeAll, expect } from 'vitest'
import { type Person, signUp } from '../e2e/support/people.ts'
import { publish } from '../e2e/support/posts.ts'
import { problem } from './support/answers.ts'
import { complaintsOf } from './support/axe.ts'
import { shown, test } from './support/visit.ts'

let louise: Person
let postId: string
beforeAll(async () => {
  louise = await signUp('louise')
  postId = (await publish(louise, 'The bridge')).id
})

const pages: Record<string, () => string> = {
  home: () => '/',
  explore: () => '/explore',
  post: () => `/p/${postId}`,
  likes: () => `/p/${postId}/likes`,
  profile: () => `/@${louise.username}`,
  followers: () => `/@${louise.username}/followers`,
  tag: () => '/tags/light',
  search: () => '/search?q=louise',
  saved: () => '/saved',
  notifications: () => '/notifications',
  'settings/sessions': () => '/settings/sessions',
}

test.for(Object.entries(pages))(
  '%s says that the server is away, and comes when it is back',
  async ([, path], { visit }) => {
    const { page } = await visit({ as: louise, at: '/settings/appearance', mayFail: [/503/] })
    await page.route('**/api/v1/**', (route) =>
      route.fulfill(problem(503, 'unavailable', { headers: { 'retry-after': '0' } })),
    )
    await page.goto(path())
    const again = page.getByRole('main').getByRole('button', { name: 'Try again' })
    await shown(page.getByText('The server is busy at the moment. Try again in a little while.').first())
    expect(await complaintsOf(page)).toEqual([])
    await page.unroute('**/api/v1/**')
    for (const button of await again.all()) await button.click()
    await page.getByText('The server is busy at the moment.', { exact: false }).first().waitFor({ state: 'detached' })
  },
)

test('a pause that the server asks for is counted down, and then it can be tried again', async ({ visit }) => {
  const { page } = await visit({ as: louise, at: '/settings/appearance', mayFail: [/429/] })
  await page.route('**/api/v1/feed/home*', (route) =>
    route.fulfill(problem(429, 'rate_limit.exceeded', { headers: { 'retry-after': '30' } })),
  )
  await page.clock.install()
  await page.getByRole('link', { name: 'Home' }).first().click()
  await shown(page.getByText(/Try again in (?:30|29) seconds\./))
  const again = page.getByRole('main').getByRole('button', { name: 'Try again' })
  expect(await again.isDisabled()).toBe(true)
  await page.unroute('**/api/v1/feed/home*')
  await page.clock.runFor(31_000)
  await shown(page.getByText('You can try again now.'))
  await again.click()
  await shown(page.getByText('The bridge'))
})

test('an answer that makes no sense breaks its page only, and says a number', async ({ visit }) => {
  const { page } = await visit({
    as: louise,
    at: '/settings/appearance',
    mayFail: [/daguerre|TypeError|uncaught|console/],
  })
  await page.route('**/api/v1/posts/*', (route) => route.fulfill({ json: { id: postId, nothing: 'else' } }))
  await page.goto(`/p/${postId}`)
  await shown(page.getByRole('heading', { name: 'This page has broken' }))
  await shown(page.getByText('If you tell somebody about it, give this number:', { exact: false }))
  await page.unroute('**/api/v1/posts/*')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Explore' }).click()
  await shown(page.getByRole('heading', { name: 'Explore' }))
})

test('a clock that is a day wrong keeps nobody out', async ({ visit }) => {
  for (const hours of [-24, 24]) {
    const { page } = await visit({ at: '/login', mayFail: [/401/] })
    await page.clock.install({ time: Date.now() + hours * 3_600_000 })
    await page.reload()
    await page.getByLabel('Username or e-mail address').fill(louise.username)
    await page.getByLabel('Password', { exact: true }).fill(louise.password)
    await page.keyboard.press('Enter')
    await page.waitForURL('/')
    await page.clock.runFor(1_000)
    await shown(page.getByText('The bridge'))
    await page.reload()
    await page.clock.runFor(1_000)
    await shown(page.getByText('The bridge'))
  }
})

test('a token that the server no longer takes is renewed without a word', async ({ visit }) => {
  const { page } = await visit({ as: louise, at: '/', mayFail: [/401/] })
  await shown(page.getByText('The bridge'))
  await page.evaluate(() => {
    const session = JSON.parse(localStorage.getItem('daguerre.session') ?? '{}') as object
    const worn = { ...session, accessToken: 'worn.out.token' }
    localStorage.setItem('daguerre.session', JSON.stringify(worn))
  })
  await page.reload()
  await page.getByRole('button', { name: 'Like', exact: true }).first().click()
  await shown(page.getByRole('link', { name: '1 like', exact: true }))
  expect(await page.getByRole('dialog').count()).toBe(0)
})
