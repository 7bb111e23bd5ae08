import { follow, newAccount, signUp } from '../e2e/support/people.ts'
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

test('by keyboard alone: a private account, a request answered, somebody blocked', async ({ visit }) => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const { page } = await visit({ as: louise, at: '/settings/privacy' })
  await tabTo(page, page.getByRole('switch', { name: 'Private account' }))
  await page.keyboard.press('Space')
  await shown(page.getByText(/^Your followers alone see your posts/))
  await expect.poll(() => page.getByRole('switch').isEnabled()).toBe(true)
  await follow(nadar, louise)
  await page.goto('/notifications')
  await tabTo(page, page.getByRole('link', { name: '1 person asks to follow you' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('button', { name: `Accept: ${nadar.username}` }))
  await page.keyboard.press('Enter')
  await shown(page.getByText(`${nadar.username} follows you now.`))
  await page.goto(`/@${nadar.username}`)
  const more = page.getByRole('main').getByRole('button', { name: 'More' })
  await tabTo(page, more)
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }))
  await page.keyboard.press('Enter')
  // The safe answer comes first.
  await tabTo(page, page.getByRole('dialog').getByRole('button', { name: 'Cancel' }))
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await shown(page.getByRole('heading', { name: `You have blocked ${nadar.username}` }))
})
