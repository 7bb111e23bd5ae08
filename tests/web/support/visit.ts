import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  devices,
  type Locator,
  type Page,
} from 'playwright-core'
import { expect, test as base } from 'vitest'
import { root } from '../../../tools/run/home.ts'
import { api } from '../../e2e/support/api.ts'
import type { Person } from '../../e2e/support/people.ts'
import { system } from '../../setup/system.ts'
import { launchChromium } from './chromium.ts'
import { watchFaults } from './faults.ts'

export interface VisitOptions {
  /** Signed in as; nobody where nothing is said. */
  as?: Person
  /** Where it begins. */
  at?: string
  /** Of another door than the system's own: a line. */
  door?: string
  /** A telephone with a touch screen in place of a window of 1280 × 800. */
  phone?: boolean
  /** Faults that the test provokes. */
  mayFail?: RegExp[]
  /** With the service worker, which by itself is left out: it answers what a test would have answered otherwise. */
  worker?: boolean
  browser?: BrowserContextOptions
}

/** A browser of its own, with one page open. */
export interface Visit {
  page: Page
  context: BrowserContext
  /** Another tab of the same browser. */
  tab(path: string): Promise<Page>
}

interface Fixtures {
  browser: Browser
  /** What is visited is closed at the end of the test, which fails if a page has done what no page may do. */
  visit: (options?: VisitOptions) => Promise<Visit>
}

const timeoutMs = 20_000
export const failures = join(root, 'node_modules/.cache/daguerre-web-failures')

export const test = base.extend<Fixtures>({
  browser: [
    // oxlint-disable-next-line eslint/no-empty-pattern -- Vitest reads from the pattern which fixtures are needed: none.
    async ({}, use) => {
      const browser = await launchChromium()
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  visit: async ({ browser, task }, use) => {
    const visits: { context: BrowserContext; faults: () => Promise<string[]> }[] = []
    await use(async ({ as, at = '/', door = system.url, phone, mayFail = [], worker, browser: more } = {}) => {
      const context = await browser.newContext({
        ...(phone ? devices['Pixel 7'] : { viewport: { width: 1280, height: 800 } }),
        baseURL: door,
        locale: 'en-GB',
        // What moves is of no use to a test, and waited for before each click.
        reducedMotion: 'reduce',
        serviceWorkers: worker ? 'allow' : 'block',
        ...(as ? { storageState: await signedIn(as, door) } : {}),
        ...more,
      })
      context.setDefaultTimeout(timeoutMs)
      visits.push({ context, faults: await watchFaults(context, mayFail) })
      async function tab(path: string): Promise<Page> {
        const page = await context.newPage()
        await page.goto(path, { waitUntil: 'domcontentloaded' })
        // Until the app is there, keys go nowhere.
        await page.locator('#main').waitFor()
        return page
      }
      return { context, tab, page: await tab(at) }
    })
    if (task.result?.state === 'fail') await keepPictures(visits, task.name)
    const faults = (await Promise.all(visits.map((visit) => visit.faults()))).flat()
    await Promise.all(visits.map(({ context }) => context.close()))
    expect(faults, ['what no page may do', ...faults].join('\n')).toEqual([])
  },
})

/** Waits until it can be seen. */
export async function shown(locator: Locator): Promise<void> {
  await locator.waitFor({ state: 'visible' })
}

/** A place in the main navigation. */
export function place(page: Page, name: string): Locator {
  return page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name })
}

/** What the app keeps of a session, as after signing in here. */
async function signedIn(person: Person, door: string) {
  const { body: user } = await api(person).get('/api/v1/auth/me')
  const { accessToken, refreshToken } = person
  const session = { user, accessToken, refreshToken, expiresAt: Date.now() + 600_000 }
  const localStorage = [{ name: 'daguerre.session', value: JSON.stringify(session) }]
  return { cookies: [], origins: [{ origin: new URL(door).origin, localStorage }] }
}

async function keepPictures(visits: { context: BrowserContext }[], test: string): Promise<void> {
  mkdirSync(failures, { recursive: true })
  const pages = visits.flatMap(({ context }) => context.pages())
  for (const [index, page] of pages.entries()) {
    const path = join(failures, `${test.replaceAll(/\W+/g, '-')}-${index + 1}.png`)
    await page.screenshot({ path }).catch(() => {})
    console.error(`${test}: ${page.url()} looked like ${path}`)
  }
}
