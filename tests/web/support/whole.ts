import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { complaintsOf, stickingOut } from './axe.ts'

const phone = { width: 360, height: 740 }
const desktop = { width: 1280, height: 800 }

/**
 * What holds of every page: axe finds nothing, on a phone and on a desk, by light and in the dark, and nothing sticks out of
 * it, from right to left neither.
 * @param settled waits until the page is whole
 */
export async function expectWhole(page: Page, settled: () => Promise<unknown>): Promise<void> {
  const found: string[] = []
  async function look(where: string, complaints: Promise<string[]>): Promise<void> {
    for (const complaint of await complaints) found.push(`${where}: ${complaint}`)
  }
  for (const [where, size] of Object.entries({ phone, desktop })) {
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await settled()
    await look(where, stickingOut(page))
    await look(where, complaintsOf(page))
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    await look(`${where}, dark`, complaintsOf(page, true))
  }
  const { pathname, search } = new URL(page.url())
  await page.goto(`${pathname}${search}${search === '' ? '?' : '&'}locale=ar-XB`)
  for (const [where, size] of Object.entries({ desktop, phone })) {
    await page.setViewportSize(size)
    await settled()
    await look(`${where}, right to left`, stickingOut(page))
  }
  expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
  expect(found).toEqual([])
}
