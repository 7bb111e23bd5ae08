import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core'
import { Failure } from '../../../tools/run/failure.ts'
import { demoPassword, demoUsername } from '../../../tools/demo/fill.ts'

interface Session {
  user: { id: string; username: string }
  accessToken: string
  refreshToken: string
  expiresIn: number
}

/** A running system with the demo in it, as one of its people sees it. */
export interface Demo {
  url: string
  session: Session
  /** What a path of the API answers to this person. */
  read<Body>(path: string): Promise<Body>
  /** A browser in which this person is signed in. */
  browse(browser: Browser, options?: BrowserContextOptions): Promise<BrowserContext>
}

/** @throws Failure if there is no demo */
export async function openDemo(url: string, username = demoUsername): Promise<Demo> {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: username, password: demoPassword }),
  })
  if (!response.ok) throw new Failure(`${url} has no demo (${response.status}): npm start -- --demo`)
  const session = (await response.json()) as Session
  const { user, accessToken, refreshToken, expiresIn } = session
  return {
    url,
    session,
    async read<Body>(path: string) {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${accessToken}` } })
      if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`)
      return (await answer.json()) as Body
    },
    async browse(browser, options = {}) {
      const kept = { user, accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 }
      const localStorage = [{ name: 'daguerre.session', value: JSON.stringify(kept) }]
      const storageState = { cookies: [], origins: [{ origin: new URL(url).origin, localStorage }] }
      return await browser.newContext({ baseURL: url, storageState, ...options })
    },
  }
}
