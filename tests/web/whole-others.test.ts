import { beforeAll, expect } from 'vitest'
import type { Page } from 'playwright-core'
import { type Person, signUp } from '../e2e/support/people.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

let louise: Person
beforeAll(async () => {
  louise = await signUp('louise')
})

const sections = [
  'account',
  'password',
  'factors',
  'sessions',
  'applications',
  'tokens',
  'invitations',
  'moderation',
  'notifications',
  'privacy',
  'requests',
  'close-friends',
  'blocked',
  'restricted',
  'held-comments',
  'hidden-words',
  'muted',
  'language',
  'appearance',
  'keyboard',
  'leaving',
]
const signedIn = [
  '/',
  '/new',
  '/search',
  '/saved',
  '/first-admin?token=x',
  '/notifications',
  '/settings',
  '/offline',
  '/tags/nothingwithit',
]
const signedOut = [
  ...['/', '/login', '/register', '/forgot-password', '/reset-password', '/reset-password?token=x', '/verify-email'],
  ...['/verify-email?token=x', '/sign-in/example?error=access_denied', '/explore', '/search'],
]

async function settled(page: Page): Promise<void> {
  await shown(page.getByRole('main').locator('h1, h2').first())
  // Under a list that is there stands what waits for its next page.
  const there = page.getByRole('article').or(page.locator('main [data-key-item]')).first()
  await expect
    .poll(async () => (await there.isVisible()) || (await page.getByText('Loading').count()) === 0, { timeout: 20_000 })
    .toBe(true)
}

test.for([...signedIn, ...sections.map((section) => `/settings/${section}`)])(
  '%s is whole where there is nothing yet',
  async (at, { visit }) => {
    const { page } = await visit({ as: louise, at })
    await expectWhole(page, () => settled(page))
  },
)

test.for(signedOut)('%s is whole for who is not signed in', async (at, { visit }) => {
  const { page } = await visit({ at })
  await expectWhole(page, () => settled(page))
})

test('what is nowhere is whole', async ({ visit }) => {
  const { page } = await visit({ at: '/there/is/nothing', mayFail: [/404/] })
  await expectWhole(page, () => settled(page))
})
