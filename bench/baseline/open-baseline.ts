import type { Media } from '@daguerre/contracts'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sign } from 'hono/jwt'
import pg from 'pg'
import { ensureDatabase } from '../../tools/provision/index.ts'
import { secret } from '../../tools/provision/secrets.ts'
import { choosePort } from '../../tools/run/ports.ts'
import type { TestSystem } from '../../tests/setup/system.ts'
import { type Community, mediaId, personId, usernameOf } from '../data/community.ts'
import { drawLoad, drawViewers } from '../data/draw.ts'
import { inDatabase, toPictures } from '../data/fill.ts'
import type { KnownProcess } from '../measure/kinds.ts'
import type { Pace } from '../pace.ts'
import type { Subject } from '../subject.ts'
import { fillBaseline } from './fill-baseline.ts'
import { schemaSql } from './schema.ts'

export interface BaselineOptions {
  /** Whose PostgreSQL it uses, for a database of its own. */
  system: TestSystem
  community: Community
  pace: Pace
  report: (message: string) => void
}

/** One process, Hono and pg, with the same community: what the simplest thing that could work costs. */
export async function openBaseline(
  options: BaselineOptions,
): Promise<{ subject: Subject; close: () => Promise<void> }> {
  const { system, community, pace, report } = options
  const url = await fillBaselineOnce(options)
  const port = await choosePort(28_080)
  const key = randomBytes(32).toString('hex')
  const child = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
    env: { ...process.env, DATABASE_URL: url, BASELINE_PORT: String(port), BASELINE_SECRET: key },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  function end(): void {
    child.kill()
  }
  process.on('exit', end)
  async function processes(): Promise<KnownProcess[]> {
    const postgres = (await system.view()).processes.find(({ name }) => name === 'postgres')?.pid
    const own = { kind: 'baseline', pid: child.pid ?? 0 }
    return postgres ? [own, { kind: 'postgres', pid: postgres }] : [own]
  }
  const address = `http://127.0.0.1:${port}`
  await untilAnswers(`${address}/api/v1/posts/${personId(0)}`)
  report('the baseline runs')
  const viewers = drawViewers(community, pace.viewers)
  const subject: Subject = {
    name: 'baseline',
    url: address,
    processes,
    async loadData() {
      const expires = Math.floor(Date.now() / 1000) + 86_400
      return drawLoad(
        community,
        await Promise.all(
          viewers.map(async (person) => ({
            id: personId(person),
            username: usernameOf(person),
            token: await sign({ sub: personId(person), exp: expires }, key, 'HS256'),
            mediaId: mediaId(person),
          })),
        ),
      )
    },
    // A like is done when it is answered.
    untilSettled: async () => {},
  }
  return {
    subject,
    async close() {
      end()
      await ended
      process.off('exit', end)
    },
  }
}

async function prepareDatabase(system: TestSystem): Promise<string> {
  const server = new URL(process.env['DAGUERRE_POSTGRES_URL'] || system.database('post'))
  if (!process.env['DAGUERRE_POSTGRES_URL']) {
    server.username = 'postgres'
    server.password = await secret(system.home, 'postgres')
    server.pathname = '/postgres'
  }
  return await ensureDatabase(server.href, 'baseline', await secret(system.home, 'baseline.database'))
}

/** @returns the address of its database, which holds the community */
export async function fillBaselineOnce({ system, community, report }: Omit<BaselineOptions, 'pace'>): Promise<string> {
  const url = await prepareDatabase(system)
  const post = new pg.Client({ connectionString: system.database('post') })
  await post.connect()
  const { rows } = await post.query<{ data: Media }>(
    `select data from media where media_id in (select media_id from post_media) order by media_id`,
  )
  await post.end()
  await inDatabase(url, async (client) => {
    const found = await client.query<{ there: boolean }>(`select to_regclass('person') is not null as there`)
    if (found.rows[0]?.there) return
    report('data: the same once more, for the baseline')
    await client.query(schemaSql)
    await fillBaseline(client, community, toPictures(rows.map(({ data }) => data)))
  })
  return url
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; ; tries++) {
    const answer = await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer) return
    if (tries === 100) throw new Error('The baseline does not answer.')
    await sleep(100)
  }
}
