import type pg from 'pg'

/** A column with the PostgreSQL type of its values. */
export type Columns = Record<string, string>

const chunk = 5000

/** Writes rows into a table as fast as one connection can; `rows` gives values in the order of `columns`. */
export async function writeRows(
  client: pg.ClientBase,
  table: string,
  columns: Columns,
  rows: Iterable<readonly unknown[]>,
): Promise<number> {
  const names = Object.keys(columns)
  const parameters = Object.values(columns).map((type, index) => `$${index + 1}::${type}[]`)
  const sql = `insert into ${table} (${names.join(', ')}) select * from unnest(${parameters.join(', ')})`
  let pending: unknown[][] = names.map(() => [])
  let written = 0
  async function flush(): Promise<void> {
    if (pending[0]!.length === 0) return
    await client.query(sql, pending)
    written += pending[0]!.length
    pending = names.map(() => [])
  }
  for (const row of rows) {
    for (const [index, value] of row.entries()) pending[index]!.push(value)
    if (pending[0]!.length === chunk) await flush()
  }
  await flush()
  return written
}
