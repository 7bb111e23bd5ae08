import { newAccount } from '../e2e/support/people.ts'
import { fourCorners } from '../e2e/support/photos.ts'
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { shown, test } from './support/visit.ts'

/** Goes there by Tab as a person does, who sees where the keyboard is: everything on the way shows that it has it. */
async function tabTo(page: Page, target: Locator, most = 60): Promise<void> {
  await target.first().waitFor()
  for (let step = 0; step < most; step++) {
    await page.keyboard.press('Tab')
    const isThere = await target.first().evaluate((element) => element === document.activeElement)
    const isSeen = await page.evaluate(() => {
      const element = document.activeElement
      if (!element || element === document.body) return true
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(element)
      const around = element.closest('label')
      const ring = around ? getComputedStyle(around) : null
      const { width, height } = element.getBoundingClientRect()
      const hasOutline = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
      return (
        hasOutline ||
        boxShadow !== 'none' ||
        ring?.outlineStyle !== 'none' ||
        width * height === 0 ||
        borderColor === ''
      )
    })
    expect(isSeen, await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? '')).toBe(true)
    if (isThere) return
  }
  throw new Error(`The keyboard does not come to ${String(target)}.`)
}

test('by keyboard alone: an account, a post, a like, a comment', async ({ visit }) => {
  const { email, username, password } = newAccount('louise')
  const { page } = await visit({ at: '/' })
  const files = await Promise.all(
    ['one.jpg', 'two.jpg'].map(async (name) => ({
      ...{ name, mimeType: 'image/jpeg', buffer: await fourCorners(320, 240).jpeg().toBuffer() },
    })),
  )
  // From the beginning: the browser takes a moment to heed that somebody answers.
  page.on('filechooser', (chooser) => void chooser.setFiles(files))
  await tabTo(page, page.getByRole('link', { name: 'Create an account' }))
  await page.keyboard.press('Enter')
  await page.waitForURL('/register')
  await tabTo(page, page.getByLabel('E-mail address'))
  await page.keyboard.type(email)
  await tabTo(page, page.getByLabel('Username'))
  await page.keyboard.type(username)
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(password)
  await page.keyboard.press('Enter')
  await page.waitForURL('/')

  await shown(page.getByRole('link', { name: 'Profile' }))
  await page.keyboard.press('n')
  await page.waitForURL('/new')
  await tabTo(page, page.getByRole('button', { name: 'Choose photos' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByLabel('Description', { exact: true }))
  await page.keyboard.type('A stone bridge')
  await tabTo(page, page.getByLabel('Caption'))
  await page.keyboard.type('The bridge at noon')
  await tabTo(page, page.getByRole('button', { name: 'Share', exact: true }))
  await page.keyboard.press('Enter')
  await page.waitForURL('/')

  await shown(page.getByText('The bridge at noon'))
  await page.keyboard.press('j')
  await page.keyboard.press('l')
  await shown(page.getByRole('link', { name: '1 like', exact: true }))
  await page.keyboard.press('c')
  await page.waitForURL(/\/p\//)
  await expect
    .poll(() => page.getByLabel('Your comment').evaluate((field) => field === document.activeElement))
    .toBe(true)
  await page.keyboard.type('Ten minutes')
  await page.keyboard.press('Control+Enter')
  await page.getByText('Sending …').waitFor({ state: 'detached' })
  await shown(page.getByRole('region', { name: 'Comments' }).getByText('Ten minutes'))
})
