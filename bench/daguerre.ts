import { rmSync } from 'node:fs'
import { type Home, openHome } from '../tools/run/home.ts'
import { connect, startTestSystem, type TestSystem } from '../tests/setup/system.ts'
import type { Community } from './data/community.ts'
import { drawLoad, drawViewers } from './data/draw.ts'
import { fill } from './data/fill.ts'
import { openSessions } from './data/sessions.ts'
import { copyFilledHome } from './filled-home.ts'
import type { Viewer } from './load/load-data.ts'
import { kindOf, type KnownProcess } from './measure/kinds.ts'
import { watchEvents } from './measure/settle.ts'
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
  /** What else is to be there when it is filled. */
  prepare?: (system: TestSystem) => Promise<void>
  report: (message: string) => void
}

// Access tokens live for 15 minutes, and no workload takes half of that.
const sessionsMs = 6 * 60_000

/** The system as `npm start` runs it, without limits of rate, and filled. */
export async function openDaguerre(
  options: OpenOptions,
): Promise<{ subject: Subject; system: TestSystem; close: () => Promise<void> }> {
  const { community, pace } = options
  const { system, remove } = options.home ? connectTo(options.home) : await startCopy(options)
  const events = await watchEvents(system)
  const people = drawViewers(community, pace.viewers)
  let sessions: { viewers: Viewer[]; openedAt: number } | undefined

  async function viewers(): Promise<Viewer[]> {
    if (!sessions || performance.now() - sessions.openedAt > sessionsMs) {
      const openedAt = performance.now()
      sessions = { viewers: await openSessions(system.url, system.database('auth'), people), openedAt }
    }
    return sessions.viewers
  }
  async function processes(): Promise<KnownProcess[]> {
    const { processes } = await system.view()
    return processes.flatMap(({ name, pid }) => (pid === null ? [] : [{ kind: kindOf(name), pid }]))
  }
  return {
    subject: {
      name: 'daguerre',
      url: system.url,
      processes,
      loadData: async () => drawLoad(community, await viewers()),
      untilSettled: () => events.untilSettled(),
    },
    system,
    async close() {
      await events.close()
      await system.close()
      remove()
    },
  }
}

async function startCopy(options: OpenOptions): Promise<{ system: TestSystem; remove: () => void }> {
  const { community, key, env = {}, prepare, report } = options
  const home = await copyFilledHome({
    key,
    report,
    async fill(home) {
      const system = await start(home)
      try {
        await fill(community, { url: system.url, database: (app) => system.database(app), report })
        await prepare?.(system)
      } finally {
        await system.close()
      }
    },
  })
  return { system: await start(home), remove: () => rmSync(home.path, { recursive: true, force: true }) }

  async function start(home: Home): Promise<TestSystem> {
    report('starting a system')
    return await startTestSystem({ home, env })
  }
}

function connectTo(path: string): { system: TestSystem; remove: () => void } {
  const home = openHome(path)
  const system = connect(
    () => home,
    async () => {},
  )
  return { system, remove: () => {} }
}
