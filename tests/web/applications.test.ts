import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { api, call } from '../e2e/support/api.ts'
import { allowance, allowedBy, applicationOf, form } from '../e2e/support/applications.ts'
import { type Person, signUp } from '../e2e/support/people.ts'
import { complaintsOf } from './support/axe.ts'
import { shown, test } from './support/visit.ts'
import { expectWhole } from './support/whole.ts'

const back = 'http://127.0.0.1:49152/back'
/** One that is more than JavaScript's numbers hold, and would be another if anything read it as one. */
const state = '00012345678901234567890'

/** Where an application sends the browser, that is registered for what its own device listens on. */
async function arranged(changed: Record<string, string> = {}) {
  const developer = await signUp('developer')
  const redirectUris = ['http://127.0.0.1/back']
  const application = await applicationOf(developer, { name: 'Print shop', redirectUris, confidential: false })
  const { decision: _, ...asked } = await allowance(application)
  const fields = { ...asked, redirect_uri: back, scope: 'read post', state, ...changed } as Record<string, string>
  return { developer, application, at: `/oauth/authorize?${new URLSearchParams(fields).toString()}` }
}

/** The page of the application, to which the browser comes back. */
async function cameBack(page: Page): Promise<URLSearchParams> {
  await page.waitForURL(`${back}?**`)
  return new URL(page.url()).searchParams
}

async function answerThere(page: Page): Promise<void> {
  await page.context().route(`${back}**`, (route) => route.fulfill({ body: 'Thank you', contentType: 'text/plain' }))
}

async function grantsOf(person: Person): Promise<unknown[]> {
  return (await api(person).get<{ items: unknown[] }>('/api/v1/auth/grants')).body.items
}

test('who is not signed in does that first, is asked, allows it, and the application gets its token', async ({
  visit,
}) => {
  const person = await signUp('louise')
  const { developer, application, at } = await arranged()
  const { page } = await visit({ at })
  await answerThere(page)
  await page.waitForURL(/\/login/)
  await page.getByLabel('Username or e-mail address').fill(person.username)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.keyboard.press('Enter')
  await shown(page.getByRole('heading', { name: 'Let Print shop act for you?' }))
  await shown(page.getByText(`@${developer.username}`))
  await shown(page.getByText('127.0.0.1:49152'))
  expect(await page.getByRole('main').getByRole('listitem').allTextContents()).toEqual([
    'See what you see',
    'Post, edit and delete photos',
  ])
  expect(await complaintsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Allow' }).click()
  const came = await cameBack(page)
  expect(came.get('state')).toBe(state)
  const redeemed = await call(
    'POST',
    '/api/v1/oauth/token',
    form({
      ...{ grant_type: 'authorization_code', client_id: application.id, code: came.get('code') ?? '' },
      ...{ redirect_uri: back, code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
    }),
  )
  expect(redeemed.body).toMatchObject({ scope: 'read post' })
  expect(await grantsOf(person)).toMatchObject([{ name: 'Print shop' }])
})

test('who does not want it sends the application away with nothing', async ({ visit }) => {
  const person = await signUp('louise')
  const { at } = await arranged()
  const { page } = await visit({ as: person, at })
  await answerThere(page)
  await expectWhole(page, () => shown(page.getByRole('main').getByRole('listitem').first()))
  await page.goto(`${at}&locale=en`)
  await page.getByRole('button', { name: 'Deny' }).click()
  const came = await cameBack(page)
  expect([came.get('error'), came.get('state'), came.get('code')]).toEqual(['access_denied', state, null])
  expect(await grantsOf(person)).toEqual([])
})

test('what cannot be asked goes back, and not before the person says so; where an application is not registered nobody is sent', async ({
  visit,
}) => {
  const person = await signUp('louise')
  const { at } = await arranged({ code_challenge_method: 'plain' })
  const { page } = await visit({ as: person, at: '/', mayFail: [/422/] })
  await answerThere(page)
  await page.goto(at)
  await shown(page.getByRole('alert').getByText('you would go back to 127.0.0.1'))
  expect(await complaintsOf(page)).toEqual([])
  await page.getByRole('button', { name: 'Go back there' }).click()
  expect((await cameBack(page)).get('error')).toBe('invalid_request')
  for (const [changed, text] of [
    [{ redirect_uri: 'http://127.0.0.1:49152/elsewhere' }, 'Nothing was sent there.'],
    [{ client_id: person.id }, 'There is no such application here'],
  ] as const) {
    await page.goto((await arranged(changed)).at)
    await shown(page.getByRole('alert').getByText(text))
    expect(await page.getByRole('button', { name: 'Allow' }).count()).toBe(0)
    expect(await complaintsOf(page)).toEqual([])
  }
})

test('an application with access is seen in the settings, and it is taken back', async ({ visit }) => {
  const person = await signUp('louise')
  const { access_token: token } = await allowedBy(person)
  const { page } = await visit({ as: person, at: '/settings' })
  await page.getByRole('link', { name: 'Applications' }).click()
  await shown(page.getByText('See what you see'))
  expect(await complaintsOf(page)).toEqual([])
  await expectWhole(page, () => shown(page.locator('bdi', { hasText: 'Print' })))
  await page.goto('/settings/applications?locale=en')
  await page.getByRole('button', { name: 'Take back what Print may do' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await shown(page.getByText('No application of others acts for you.'))
  expect((await call('GET', '/api/v1/users/me', {}, { accessToken: token })).status).toBe(401)
})

test('an application is registered, changed, given another secret and removed', async ({ visit }) => {
  const { page } = await visit({
    as: await signUp('developer'),
    at: '/settings/applications',
    mayFail: [/422/],
  })
  await page.getByRole('button', { name: 'Register an application' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Print shop')
  await dialog.getByLabel('Where people go back to').fill('http://print.example.org/back')
  await dialog.getByLabel('Yes: it runs on a server of mine').check()
  await dialog.getByRole('button', { name: 'Register it' }).click()
  await shown(dialog.getByText('1 to 10 addresses with https'))
  expect(await complaintsOf(page)).toEqual([])
  await dialog.getByLabel('Where people go back to').fill('https://print.example.org/back\nhttp://localhost/back')
  await dialog.getByRole('button', { name: 'Register it' }).click()
  const shownOnce = page.getByRole('dialog', { name: 'The secret is made' })
  const first = await shownOnce.getByLabel('Secret').inputValue()
  expect(first).toMatch(/^dgr_cs_/)
  await shownOnce.getByRole('button', { name: 'I have it' }).click()
  await shown(page.getByText('http://localhost/back'))
  await page.getByRole('button', { name: 'Change Print shop' }).click()
  await dialog.getByLabel('Name').fill('Frame shop')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'New secret for Frame shop' }).click()
  await dialog.getByRole('button', { name: 'New secret' }).click()
  expect(await shownOnce.getByLabel('Secret').inputValue()).not.toBe(first)
  await shownOnce.getByRole('button', { name: 'I have it' }).click()
  await page.getByRole('button', { name: 'Remove Frame shop' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await page.getByText('Frame shop').waitFor({ state: 'detached' })
})
