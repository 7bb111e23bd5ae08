import type { Page } from 'playwright-core'
import { seenBy, slowDown, slowPhone, watchVitals } from './profile.ts'
import { type Bench, type Result, result } from './result.ts'

/** How soon a touch or a key is answered while somebody looks around, and what shifts meanwhile. */
export async function* measureSession({ demo, browser }: Bench): AsyncGenerator<Result> {
  const context = await demo.browse(browser, slowPhone.browser)
  await watchVitals(context)
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  await slowDown(page)
  await page.goto('/')
  const { username } = demo.session.user
  const main = page.getByRole('main')
  const like = page.getByRole('button', { name: 'Like', exact: true }).first()
  await page.locator('article img').first().waitFor()
  // Each twice, so that the demo is as it was.
  for (let time = 0; time < 2; time++) await tap(page, like)
  const save = page.getByRole('button', { name: 'Save', exact: true }).first()
  for (let time = 0; time < 2; time++) await tap(page, save)
  await tap(page, page.getByRole('button', { name: 'More' }).nth(1))
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await tap(page, page.locator('article [data-key=open]').first())
  await page.waitForURL(/\/p\//)
  const words = page.getByLabel('Your comment')
  await words.tap()
  await words.pressSequentially('How long did you wait, @lou', { delay: 60 })
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Escape')
  await words.fill('')
  await page.goBack()
  await page.locator('article img').first().waitFor()
  for (const name of ['Explore', 'Notifications', 'New post', 'Profile']) {
    await tap(page, page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }))
    await main.locator('h1').first().waitFor()
  }
  await page.getByText(`@${username}`).first().waitFor()
  await tap(page, main.getByRole('link', { name: /followers?$/ }))
  await main
    .getByRole('button', { name: /follow/i })
    .first()
    .waitFor()
  const follow = main.getByRole('button', { name: /follow/i }).first()
  for (let time = 0; time < 2; time++) await tap(page, follow)
  await tap(page, page.getByRole('link', { name: 'Search' }).first())
  await page.getByRole('searchbox').tap()
  await page.getByRole('searchbox').pressSequentially('anselm', { delay: 60 })
  await main
    .getByRole('link', { name: /anselm/i })
    .first()
    .waitFor()
  const { inpMs, inpOf, interactions, cls } = await seenBy(page)
  await context.close()
  yield result('INP, the longest of a session', inpMs, 'ms', {
    bar: { atMost: 150 },
    note: `${interactions} interactions; ${inpOf}`,
  })
  yield result('CLS of that session', cls, '', { bar: { atMost: 0.02 } })
}

/** As a finger does it, with the time a person takes before the next. */
async function tap(page: Page, target: ReturnType<Page['getByRole']>): Promise<void> {
  await target.tap()
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 400)))
}
