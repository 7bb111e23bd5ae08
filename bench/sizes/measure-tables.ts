import pg from 'pg'
import type { PostgresWork, Sizes } from './sizes.ts'

export const services = ['auth', 'user', 'post', 'media', 'interaction']

type Clients = Map<string, pg.Client>

/** One connection to the database of each service that has one, as long as `work` takes. */
export async function withDatabases<Result>(
  urlOf: (service: string) => string,
  work: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  const clients = new Map(services.map((name) => [name, new pg.Client({ connectionString: urlOf(name) })]))
  try {
    await Promise.all([...clients.values()].map((client) => client.connect()))
    return await work(clients)
  } finally {
    await Promise.all([...clients.values()].map((client) => client.end()))
  }
}

/** Rows and bytes of every table; of one without rows nothing can be said. */
export async function measureTables(clients: Clients): Promise<Sizes['postgres']> {
  const sizes: Sizes['postgres'] = {}
  for (const [service, client] of clients) {
    const { rows: tables } = await client.query<{ name: string; bytes: string }>(
      `select relname as name, pg_total_relation_size(oid) as bytes from pg_class
       where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname`,
    )
    for (const { name, bytes } of tables) {
      const { rows } = await client.query<{ count: string }>(`select count(*) from ${client.escapeIdentifier(name)}`)
      const count = Number(rows[0]!.count)
      if (count > 0) sizes[`${service}.${name}`] = { rows: count, bytes: Number(bytes) }
    }
  }
  return sizes
}

/** What PostgreSQL has done since it began, in all databases. */
export async function readWork(clients: Clients): Promise<PostgresWork> {
  const [client] = clients.values()
  // A backend reports what it did at most once a second; whoever asks sees what has been reported.
  const { rows } = await client!.query<Record<keyof PostgresWork, string>>(
    `select sum(xact_commit) as commits, pg_current_wal_lsn() - '0/0' as "walBytes", sum(blks_hit + blks_read) as blocks
     from pg_stat_database`,
  )
  const { commits, walBytes, blocks } = rows[0]!
  return { commits: Number(commits), walBytes: Number(walBytes), blocks: Number(blocks) }
}

/** The share of one unit, less what is done anyway in that time. */
export function workOf(
  { before, after }: { before: PostgresWork; after: PostgresWork },
  idlePerSecond: PostgresWork,
  seconds: number,
  units: number,
): PostgresWork {
  function share(what: keyof PostgresWork): number {
    return Math.max(0, after[what] - before[what] - idlePerSecond[what] * seconds) / units
  }
  return { commits: share('commits'), walBytes: share('walBytes'), blocks: share('blocks') }
}
