import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { postgresDataOutsideHome, stopDocker } from '../../provision/index.ts'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { openHome } from '../home.ts'
import { holderOf } from '../lock.ts'
import { endLeftovers } from '../supervisor.ts'

export const command: Command = {
  usage: '',
  about: 'Removes all data of this home: accounts, photos, passwords, logs. Downloads and builds are kept.',
  flags: { yes: { type: 'boolean', short: 'y', about: 'Do not ask.' } },
  async run({ flags }) {
    const home = openHome()
    const holder = holderOf(home)
    if (holder) throw new Failure(`Daguerre runs at ${holder.url} from ${home.path}. Stop it first: npm run stop`)
    if (!flags['yes'] && !(await agreed(`Remove all data in ${home.path}? [y/N] `))) {
      console.log('Nothing was removed.')
      return 1
    }
    await endLeftovers(home)
    await stopDocker({ home: home.path, env: process.env, report: console.log, port: async () => 0 }, true)
    const outside = postgresDataOutsideHome(home.path)
    if (outside) rmSync(outside, { recursive: true, force: true })
    // The folder itself may be a mount, or somebody's current directory.
    if (existsSync(home.path)) {
      for (const name of readdirSync(home.path)) rmSync(join(home.path, name), { recursive: true, force: true })
    }
    console.log(`Removed all data in ${home.path}.`)
    return 0
  },
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Failure('Without a terminal to ask at, say it with --yes.')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim())
  } finally {
    terminal.close()
  }
}
