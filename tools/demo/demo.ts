import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, writeAtomically } from '../run/home.ts'
import { demoPassword, demoUsername, fillDemo } from './fill.ts'

/** What `npm start -- --demo` does besides starting. */
export interface Demo {
  /** Fills what `home` holds, if it is not filled yet. Never throws: a system without its demo is one to use still. */
  fill(gatewayUrl: string, signal: AbortSignal, report: (message: string) => void): Promise<void>
}

/** Before the system starts: the gateway must know the token that this demo's requests carry. */
export function prepareDemo(home: Home, env: NodeJS.ProcessEnv = process.env): Demo {
  const trustedToken = (env['DAGUERRE_TRUSTED_TOKEN'] ||= randomBytes(24).toString('base64url'))
  const marker = join(home.path, 'demo.json')
  return {
    async fill(url, signal, report) {
      try {
        if (existsSync(marker) && (await isThere(url))) {
          report('demo: this system has it already, nothing was added')
        } else {
          await fillDemo({ url, trustedToken, signal, report })
          writeAtomically(marker, JSON.stringify({ filledAt: new Date().toISOString() }))
          report('demo: done')
        }
        console.log(
          `\n  Demo           sign in as ${demoUsername}@demo.example.org (${demoUsername}) with ${demoPassword}`,
        )
        console.log('                 Everybody in it has this password: for trying things out only.\n')
      } catch (error) {
        if (signal.aborted) return
        console.error(`The demo is not complete: ${error instanceof Error ? error.message : String(error)}`)
        console.error('npm start -- --demo continues it.')
      }
    },
  }
}

/** A marker says nothing if the stores are others by now. */
async function isThere(url: string): Promise<boolean> {
  const response = await fetch(`${url}/api/v1/users/${demoUsername}`)
  await response.body?.cancel()
  return response.ok
}
