import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { TransferRow } from '../transfer/transfer-row.ts'

type Started = { outcome: 'started' | 'running'; row: TransferRow } | { outcome: 'too_many'; retryAfterSeconds: number }

/** Has an export made, if none of this person's is in work, and if there were fewer than `perDay` of them within a day. */
export async function startExport(
  { em, perDay, keptHours }: { em: EntityManager; perDay: number; keptHours: number },
  owner: { id: string; username: string },
): Promise<Started> {
  const running = await findRunning(em, owner.id)
  if (running) return { outcome: 'running', row: running }
  const [first] = await query<{ seconds: number }>(
    em,
    `select ceil(extract(epoch from created_at + interval '1 day' - now()))::int as seconds from transfer
     where owner_id = ? and kind = 'export' and created_at > now() - interval '1 day' order by id desc offset ? limit 1`,
    [owner.id, perDay - 1],
  )
  if (first) return { outcome: 'too_many', retryAfterSeconds: Math.max(1, first.seconds) }
  const [row] = await query<TransferRow>(
    em,
    `insert into transfer (id, owner_id, owner_name, kind, state, due_at, erase_at)
     values (?, ?, ?, 'export', 'working', now(), now() + make_interval(hours => ?))
     on conflict (owner_id, kind) where state in ('uploading', 'working') do nothing returning *`,
    [newId(), owner.id, owner.username, keptHours],
  )
  if (row) return { outcome: 'started', row }
  // Somebody asked at the same moment.
  const other = await findRunning(em, owner.id)
  if (!other) throw new Error(`an export of ${owner.id} was there and is not`)
  return { outcome: 'running', row: other }
}

async function findRunning(em: EntityManager, ownerId: string): Promise<TransferRow | undefined> {
  const [row] = await query<TransferRow>(
    em,
    "select * from transfer where owner_id = ? and kind = 'export' and state = 'working'",
    [ownerId],
  )
  return row
}
