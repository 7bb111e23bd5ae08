import type { MikroORM } from '@mikro-orm/postgresql'
import type { DeadLetter, DeadLetterStore } from './consumer.ts'
import type { Distribution } from './distribution.ts'
import { query } from './postgres.ts'

/** Statements for a service's migration: events that could not be handled. */
export const deadLetterSql: readonly string[] = [
  `create table dead_letter (
    id text primary key,
    topic text not null,
    source text,
    event_id text,
    type text,
    body text not null,
    reason text,
    received_at timestamptz not null
  )`,
  'create index dead_letter_received_at on dead_letter (received_at)',
]

export const deadLetterDistribution: Distribution = {
  tables: { dead_letter: { local: 'few, and read by the time they came' } },
  allShards: {},
}

type Row = {
  id: string
  topic: string
  source: string | null
  event_id: string | null
  type: string | null
  body: string
  reason: string | null
  received_at: string
}

function fromRow(row: Row): DeadLetter {
  const { event_id: eventId, received_at: receivedAt, ...rest } = row
  return { ...rest, eventId, receivedAt: new Date(receivedAt).toISOString() }
}

/** Dead letters in the service's own database (`deadLetterSql` makes the table). */
export function postgresDeadLetters(orm: MikroORM): DeadLetterStore {
  return {
    async add(letter) {
      await query(
        orm.em.fork(),
        `insert into dead_letter (id, topic, source, event_id, type, body, reason, received_at)
         values (?, ?, ?, ?, ?, ?, ?, ?)
         on conflict (id) do update set
           reason = coalesce(excluded.reason, dead_letter.reason), received_at = excluded.received_at`,
        [
          letter.id,
          letter.topic,
          letter.source,
          letter.eventId,
          letter.type,
          // PostgreSQL's text cannot hold U+0000.
          letter.body.replaceAll('\0', '\u{fffd}'),
          letter.reason?.replaceAll('\0', '\u{fffd}') ?? null,
          letter.receivedAt,
        ],
      )
    },
    async list(limit) {
      const rows = await query<Row>(orm.em.fork(), 'select * from dead_letter order by received_at, id limit ?', [
        limit,
      ])
      return rows.map(fromRow)
    },
    async take(id, work) {
      return orm.em.fork().transactional(async (em) => {
        const [row] = await query<Row>(em, 'select * from dead_letter where id = ? for update skip locked', [id])
        if (!row) return false
        await work(fromRow(row))
        await query(em, 'delete from dead_letter where id = ?', [id])
        return true
      })
    },
  }
}
