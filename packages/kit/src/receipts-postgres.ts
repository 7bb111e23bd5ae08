import type { MikroORM } from '@mikro-orm/postgresql'
import type { Distribution } from './distribution.ts'
import { query } from './postgres.ts'
import type { Receipts, ReceiptStore } from './receipts.ts'

/** Statements for a service's migration: which events of its publishers it has. */
export const receiptSql: readonly string[] = [
  `create table receipt (
    source text primary key,
    revision bigint not null,
    receipts jsonb not null
  )`,
]

export const receiptDistribution: Distribution = {
  tables: { receipt: { local: 'a row for each publisher' } },
  allShards: {},
}

/** Receipts in the service's own database (`receiptSql` makes the table). */
export function postgresReceipts(orm: MikroORM): ReceiptStore {
  return {
    async read(source) {
      const [row] = await query<{ revision: string; receipts: Receipts }>(
        orm.em.fork(),
        'select revision, receipts from receipt where source = ?',
        [source],
      )
      return row ? { receipts: row.receipts, revision: Number(row.revision) } : null
    },
    async write(source, receipts, revision) {
      const rows = await query(
        orm.em.fork(),
        revision === 0
          ? 'insert into receipt (receipts, source, revision) values (?::jsonb, ?, ? + 1) on conflict do nothing returning 1'
          : 'update receipt set receipts = ?::jsonb, revision = revision + 1 where source = ? and revision = ? returning 1',
        [JSON.stringify(receipts), source, revision],
      )
      return rows.length > 0
    },
  }
}
