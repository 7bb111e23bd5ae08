import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openHome, root, writeAtomically } from '../tools/run/home.ts'
import { connect, startTestSystem, type TestSystem } from '../tests/setup/system.ts'
import type { Community } from './data/community.ts'
import { drawLoad, drawViewers } from './data/draw.ts'
import { fill } from './data/fill.ts'
import { openSessions } from './data/sessions.ts'
import { kindOf, type KnownProcess } from './measure/kinds.ts'
import { watchEvents } from './measure/settle.ts'
import { measureIdle } from './measure/window.ts'
import type { Pace } from './pace.ts'
import type { Subject } from './subject.ts'

export interface OpenOptions {
  community: Community
  /** Names the community: what was filled under it once is used again. */
  key: string
  /** Of a system that runs and holds the community, in place of one of our own. */
  home: string | null
  pace: Pace
  /** Added to the environment of the system. */
  env?: Record<string, string>
  report: (message: string) => void
}

/** The system as `npm start` runs it, without limits of rate, and filled. */
export async function openDaguerre(
  options: OpenOptions,
): Promise<{ subject: Subject; system: TestSystem; close: () => Promise<void> }> {
  const { community, pace, report } = options
  const system = options.home ? connectTo(options.home) : await start(options)
  const events = await watchEvents(system)
  async function close(): Promise<void> {
    await events.close()
    await system.close()
  }
  try {
    const viewers = drawViewers(community, pace.viewers)
    async function processes(): Promise<KnownProcess[]> {
      const { processes } = await system.view()
      return processes.flatMap(({ name, pid }) => (pid === null ? [] : [{ kind: kindOf(name), pid }]))
    }
    await events.untilSettled()
    const subject: Subject = {
      name: 'daguerre',
      url: system.url,
      processes,
      async loadData() {
        return drawLoad(community, await openSessions(system.url, system.database('auth'), viewers))
      },
      untilSettled: () => events.untilSettled(),
      idle: await measureIdle(processes, 5),
    }
    return { subject, system, close }
  } catch (error) {
    await close()
    throw error
  }

  async function start({ key, env = {} }: OpenOptions): Promise<TestSystem> {
    const home = openHome(join(root, '.daguerre', 'bench', key))
    const marker = join(home.path, 'filled.json')
    report(`starting a system in ${home.path}`)
    const system = await startTestSystem({ home, env })
    try {
      if (!isFilled(marker, key)) {
        await fill(community, { url: system.url, database: (app) => system.database(app), report })
        writeAtomically(marker, JSON.stringify({ key }))
      }
      return system
    } catch (error) {
      await system.close()
      // Half of a community is of no use.
      rmSync(home.path, { recursive: true, force: true })
      throw error
    }
  }
}

function connectTo(path: string): TestSystem {
  const home = openHome(path)
  return connect(
    () => home,
    async () => {},
  )
}

function isFilled(marker: string, key: string): boolean {
  return existsSync(marker) && (JSON.parse(readFileSync(marker, 'utf8')) as { key: string }).key === key
}
