import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Storage } from '../storage.ts'
import { transferKey, type TransferRow } from './transfer-row.ts'

const batchSize = 100

/** Removes what is no longer kept, the ZIP before its row: a crash between leaves a row that is found again. @returns how many */
export async function eraseTransfers(
  { em, storage }: { em: EntityManager; storage: Storage },
  signal: AbortSignal,
): Promise<number> {
  const rows = await query<Pick<TransferRow, 'id' | 'kind'>>(
    em,
    "select id, kind from transfer where erase_at <= now() and state <> 'working' order by erase_at limit ?",
    [batchSize],
  )
  for (const row of rows) {
    if (signal.aborted) break
    await storage.remove([transferKey(row)])
    await query(em, "delete from transfer where id = ? and erase_at <= now() and state <> 'working'", [row.id])
  }
  return rows.length
}

/**
 * Has all transfers of a person removed, those in work as well: nobody sees them from now on, their worker finds its lease gone, and
 * `eraseTransfers` removes what is there a little later. @param options.only the id of the one that is meant
 */
export async function dropTransfersOf(
  { em }: { em: EntityManager },
  ownerId: string,
  { only = null }: { only?: string | null } = {},
): Promise<void> {
  await query(
    em,
    `update transfer set state = 'erased', reason = null, lease = null, due_at = null, erase_at = now() + interval '20 seconds'
     where owner_id = ? and state <> 'erased' and (?::uuid is null or id = ?)`,
    [ownerId, only, only],
  )
}

/** A new export takes the place of the ones before, so that storage holds one for each person; for an hour more somebody may be downloading them. */
export async function retireExports(
  { em }: { em: EntityManager },
  { id, ownerId }: { id: string; ownerId: string },
): Promise<void> {
  await query(
    em,
    `update transfer set erase_at = least(erase_at, now() + interval '1 hour')
     where owner_id = ? and kind = 'export' and state = 'ready' and id <> ?`,
    [ownerId, id],
  )
}

/** Whether nobody is to have this transfer any more: what its worker has just written is to be removed then. */
export async function isErased({ em }: { em: EntityManager }, id: string): Promise<boolean> {
  const rows = await query(em, "select 1 from transfer where id = ? and state <> 'erased'", [id])
  return rows.length === 0
}
