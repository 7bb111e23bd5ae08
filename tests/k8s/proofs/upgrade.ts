import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { list, type Pod } from '../../../tools/cluster/kubectl.ts'
import type { Bench } from '../bench.ts'
import { nextChart, release } from '../bench.ts'
import { buildChanged, type Images } from '../images.ts'
import type { LoadReport } from '../load-plan.ts'
import { makeCommunity } from '../people.ts'
import { demand, type Proof, secondsSince } from '../proof.ts'
import { demandAllServed } from '../reckoning.ts'
import { startLoad } from '../run-load.ts'

const ratePerSecond = 50
const working = 'alter table profile add column proven_at timestamptz'
const failing = 'alter table there_is_no_such_table add column proven_at timestamptz'
/** Whose database is migrated. */
const app = 'user'

/**
 * The release that is installed is the one of before; the next one is the same checkout with one migration more, built into an
 * image of its own, and with charts of another version, so that every pod is renewed as in a real upgrade.
 */
export const upgrade: Proof = {
  number: 6,
  name: `upgrade with a migration, a migration that fails, rollback, under ${ratePerSecond} requests/s`,
  async run(bench) {
    const good = await withMigrations(bench, 'good', [working])
    const bad = await withMigrations(bench, 'bad', [working, failing])
    const first = await revision(bench)
    const community = await makeCommunity(bench.facts.url, 8)
    const load = startLoad(bench, community, {
      ratePerSecond,
      shares: { reads: 45, photos: 40, likes: 10, posts: 5 },
    })
    const said: string[] = []
    let ended: LoadReport | undefined
    try {
      await sleep(3000)
      demand(!(await hasColumn(bench)), 'the column of the next release is there before it')
      const upgrading = performance.now()
      const next = await bench.deploy({ chart: await nextChart(bench, '0.2.0-proof'), over: imageOf(good) })
      demand(next.code === 0, `the upgrade failed: ${next.stderr.trim().slice(-800)}`)
      demand(await hasColumn(bench), 'the migration did not run')
      said.push(`upgraded in ${secondsSince(upgrading)}`)

      const serving = await podNames(bench)
      const stopping = performance.now()
      const chart = await nextChart(bench, '0.3.0-proof')
      const over = { ...imageOf(bad), [app]: { ...imageOf(bad)[app], migration: { backoffLimit: 0 } } }
      const refused = await bench.deploy({ chart, over })
      demand(refused.code !== 0, 'an upgrade whose migration fails ended well')
      demand((await podNames(bench)) === serving, 'a migration that failed has moved pods')
      said.push(
        `one that fails stopped its upgrade after ${secondsSince(stopping)} with exit code ${refused.code}, no pod moved`,
      )

      const rolling = performance.now()
      const back = await bench.helm('rollback', release, String(first), '--wait', '--timeout=420s')
      demand(back.code === 0, `helm rollback failed: ${back.stderr.trim().slice(-800)}`)
      demand(await hasColumn(bench), 'the rollback took data away')
      said.push(`rolled back in ${secondsSince(rolling)}, on the database of the next release`)
      await sleep(15_000)
    } finally {
      ended = await load.end()
    }
    return `${said.join('; ')}; ${await demandAllServed(bench, community, ended)}`
  },
}

function withMigrations(bench: Bench, name: string, statements: string[]): Promise<Images> {
  function change(checkout: string): void {
    for (const [index, sql] of statements.entries()) addMigration(checkout, `9999123100000${index}`, sql)
  }
  return buildChanged(bench.cluster, bench.images, app, { name, change }, bench.report)
}

/** As CONTRIBUTING.md tells: a class of its own, and its place in the list. */
function addMigration(checkout: string, time: string, sql: string): void {
  const source = join(checkout, 'services', app, 'src')
  const [file, name] = [`${time}-proof`, `Migration${time}Proof`]
  const text = `import { Migration } from '@daguerre/kit/postgres'

export class ${name} extends Migration {
  override up(): void {
    this.addSql('${sql}')
  }
}
`
  writeFileSync(join(source, 'migrations', `${file}.ts`), text)
  const list = join(source, 'database.ts')
  const before = readFileSync(list, 'utf8')
  const after = before.replace(
    /migrations: \[([^\]]*?),?\s*\]/,
    `migrations: [$1, { name: '${file}', class: ${name} }]`,
  )
  if (after === before) throw new Error(`${list} has no list of migrations.`)
  writeFileSync(list, `import { ${name} } from './migrations/${file}.ts'\n${after}`)
}

function imageOf({ registry, tag }: Images): Record<string, object> {
  return { [app]: { image: { registry, tag } } }
}

async function revision(bench: Bench): Promise<number> {
  const { stdout } = await bench.helm('history', release, '--output', 'json')
  const all = JSON.parse(stdout) as { revision: number }[]
  return all.at(-1)?.revision ?? 0
}

async function podNames(bench: Bench): Promise<string> {
  const labels = `app.kubernetes.io/instance=${release},app.kubernetes.io/component=service`
  const pods = await list<Pod>(bench.cluster.access, 'pods', '-l', labels)
  return pods
    .filter(({ metadata }) => !metadata.deletionTimestamp)
    .map(({ metadata }) => metadata.name)
    .toSorted()
    .join(' ')
}

async function hasColumn(bench: Bench): Promise<boolean> {
  const client = new pg.Client({ connectionString: bench.system.database(app) })
  await client.connect()
  try {
    const sql = "select 1 from information_schema.columns where table_name = 'profile' and column_name = 'proven_at'"
    return (await client.query(sql)).rowCount === 1
  } finally {
    await client.end()
  }
}
