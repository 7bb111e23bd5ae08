import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import pg from 'pg'
import type { Distribution } from './distribution.ts'
import { query } from './postgres.ts'
import { findStatementFaults, loadParser, type Spread } from './statement-faults.ts'

/**
 * What in a schema breaks its distribution by the rules of Citus: a table that has no place, a unique key without the column
 * that it is spread by, a foreign key between rows that may be on different nodes.
 */
export async function findSchemaFaults(em: EntityManager, { tables }: Distribution): Promise<string[]> {
  const faults: string[] = []
  const columns = await readColumns(em)
  for (const table of columns.keys()) if (!tables[table]) faults.push(`nothing says where the rows of ${table} live`)
  for (const [table, place] of Object.entries(tables)) {
    const known = columns.get(table)
    if (!known) faults.push(`${table} is said to be somewhere, and is not there`)
    else if ('by' in place && !known.has(place.by)) faults.push(`${table} has no ${place.by}`)
  }

  const uniques = await query<{ table: string; name: string; columns: string[] }>(
    em,
    `select x.indrelid::regclass::text as table, x.indexrelid::regclass::text as name,
            array(select a.attname::text from unnest(x.indkey) with ordinality k (number, place)
                    join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k.number
                   where k.place <= x.indnkeyatts) as columns
       from pg_index x join pg_class c on c.oid = x.indrelid
      where c.relnamespace = 'public'::regnamespace and not c.relispartition and (x.indisunique or x.indisexclusion)`,
  )
  for (const { table, name, columns: key } of uniques) {
    const place = tables[table]
    if (place && 'by' in place && !key.includes(place.by)) faults.push(`${name} is unique without ${place.by}`)
  }

  const references = await query<{ table: string; name: string; target: string; from: string[]; to: string[] }>(
    em,
    `select k.conrelid::regclass::text as table, k.conname::text as name, k.confrelid::regclass::text as target,
            array(select attname::text from unnest(k.conkey) with ordinality n (number, place)
                    join pg_attribute on attrelid = k.conrelid and attnum = number order by place) as from,
            array(select attname::text from unnest(k.confkey) with ordinality n (number, place)
                    join pg_attribute on attrelid = k.confrelid and attnum = number order by place) as to
       from pg_constraint k where k.contype = 'f' and k.connamespace = 'public'::regnamespace`,
  )
  for (const { table, name, target, from, to } of references) {
    const [here, there] = [tables[table], tables[target]]
    if (!here || !there) continue
    const isBeside =
      'by' in here && 'by' in there
        ? here.of === there.of && from.includes(here.by) && to[from.indexOf(here.by)] === there.by
        : 'by' in here
          ? 'everywhere' in there
          : !('by' in there)
    if (!isBeside) faults.push(`${name} of ${table} refers to ${target}, whose rows may be on another node`)
  }

  const triggers = await query<{ table: string; name: string }>(
    em,
    `select tgrelid::regclass::text as table, tgname::text as name from pg_trigger where not tgisinternal`,
  )
  // On the coordinator a trigger is what it is anywhere.
  for (const { table, name } of triggers) {
    if (!('local' in (tables[table] ?? {}))) faults.push(`${table} has the trigger ${name}`)
  }
  return faults
}

async function readColumns(em: EntityManager): Promise<Map<string, Set<string>>> {
  const rows = await query<{ table: string; columns: string[] }>(
    em,
    `select c.relname::text as table, array_agg(a.attname::text) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      group by c.oid, c.relname`,
  )
  return new Map(rows.map(({ table, columns }) => [table, new Set(columns)]))
}

// Statements by database, as clients of this process have sent them.
const watched = new Map<string, Set<string>>()

/** What else a test asks the store, beside the service: it is not looked at. */
const byTest = /\/\* test \*\//
const namedPattern = /\/\* all shards: ([\w-]+) \*\//

/**
 * Looks at every statement that this process sends to a database from now on. `findFaults` says which of them go to more
 * shards than they should, or say that they do and do not.
 */
export async function watchStatements(
  orm: MikroORM,
  database: string,
  distribution: Distribution,
): Promise<{ findFaults: () => Promise<string[]> }> {
  const spread: Spread = { distribution, columns: await readColumns(orm.em.fork()) }
  // The ORM may have a pg of its own beside that of relays.
  const connection = orm.em.getConnection() as unknown as { getNativeClient(): Promise<{ Client: typeof pg.Client }> }
  for (const { prototype } of new Set([pg.Client, (await connection.getNativeClient()).Client])) observe(prototype)
  const statements = new Set<string>()
  watched.set(database, statements)
  return {
    async findFaults() {
      await loadParser()
      return [...statements].filter((sql) => !byTest.test(sql)).flatMap((sql) => judge(sql, spread))
    },
  }
}

function judge(sql: string, spread: Spread): string[] {
  const name = namedPattern.exec(sql)?.[1]
  const { unkeyed, refused } = findStatementFaults(sql, spread)
  const shown = sql.replaceAll(/\s+/g, ' ').trim()
  if (name === undefined) return [...unkeyed, ...refused].map((fault) => `${fault}: ${shown}`)
  const declared = spread.distribution.allShards[name]
  if (!declared) return [`no reason is given for "all shards: ${name}": ${shown}`]
  if (unkeyed.length + refused.length === 0) return [`it says "all shards: ${name}" and asks by a key: ${shown}`]
  return declared.instead === undefined
    ? refused.map((fault) => `${fault}, and nothing says what instead: ${shown}`)
    : []
}

const observed = new Set<object>()

function observe(client: object): void {
  if (observed.has(client)) return
  observed.add(client)
  const sender = client as { database?: string; query: (...args: unknown[]) => unknown }
  const { query: send } = sender
  sender.query = function sendObserved(this: typeof sender, ...args: unknown[]) {
    const [first] = args
    const sql = typeof first === 'string' ? first : (first as { text?: unknown } | null | undefined)?.text
    if (typeof sql === 'string') watched.get(this.database ?? '')?.add(sql)
    return send.apply(this, args)
  }
}
