import { archiveLimits, type Audience } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Storage, StoredPart } from '../storage.ts'
import { transferKey, type TransferRow } from '../transfer/transfer-row.ts'

type Deps = { em: EntityManager; storage: Storage }

/**
 * Makes room for an archive that comes in parts. Asked again for one of the same size while that is on its way, it answers with that one: so it is
 * resumed, for the audience that was said last.
 * @returns undefined if another one of this person is on its way, or in work
 */
export async function startArchive(
  { em, storage }: Deps,
  owner: { id: string; username: string },
  { bytes, audience, uploadHours }: { bytes: number; audience: Audience; uploadHours: number },
): Promise<TransferRow | undefined> {
  // Before anything is in S3, so that whatever a crash leaves is found.
  await query(
    em,
    `insert into transfer (id, owner_id, owner_name, kind, state, bytes, audience, erase_at)
     values (?, ?, ?, 'archive', 'uploading', ?, ?, now() + make_interval(hours => ?))
     on conflict (owner_id, kind) where state in ('uploading', 'working') do nothing`,
    [newId(), owner.id, owner.username, bytes, audience, uploadHours],
  )
  const [row] = await query<TransferRow>(
    em,
    "select * from transfer where owner_id = ? and kind = 'archive' and state in ('uploading', 'working')",
    [owner.id],
  )
  if (!row || row.state !== 'uploading' || Number(row.bytes) !== bytes) return undefined
  const uploadId = row.upload_id ?? (await storage.beginParts(transferKey(row)))
  // Two that ask at once may both begin one in S3; the other is removed with the object.
  const [begun] = await query<TransferRow>(
    em,
    "update transfer set upload_id = coalesce(upload_id, ?), audience = ? where id = ? and state = 'uploading' returning *",
    [uploadId, audience, row.id],
  )
  return begun
}

/** How many bytes a part must have. @returns undefined if there is no such part */
export function bytesOfPart(row: Pick<TransferRow, 'bytes'>, number: number): number | undefined {
  const left = Number(row.bytes) - (number - 1) * archiveLimits.partBytes
  return number < 1 || left <= 0 ? undefined : Math.min(left, archiveLimits.partBytes)
}

/** The parts of an archive that are here. */
export async function partsOf({ storage }: Pick<Deps, 'storage'>, row: TransferRow): Promise<StoredPart[]> {
  if (row.state !== 'uploading' || row.upload_id === null) return []
  const parts = (await storage.listParts(transferKey(row), row.upload_id)) ?? []
  return parts.filter(({ number, bytes }) => bytes === bytesOfPart(row, number))
}

/** Puts an archive whose parts are here into the queue. Said again it changes nothing. @returns undefined if parts are missing */
export async function completeArchive(
  { em, storage }: Deps,
  row: TransferRow,
  { keptHours }: { keptHours: number },
): Promise<TransferRow | undefined> {
  if (row.state !== 'uploading') return row
  const key = transferKey(row)
  const parts = await partsOf({ storage }, row)
  const isWhole = parts.reduce((sum, { bytes }) => sum + bytes, 0) === Number(row.bytes)
  if (isWhole) await storage.completeParts(key, row.upload_id!, parts)
  else {
    // After a crash it may be whole already, and has no parts then.
    const head = await storage.head(key)
    if (head.outcome !== 'found' || head.object.bytes !== Number(row.bytes)) return undefined
  }
  const [completed] = await query<TransferRow>(
    em,
    `update transfer set state = 'working', due_at = now(), upload_id = null, erase_at = now() + make_interval(hours => ?)
     where id = ? and state = 'uploading' returning *`,
    [keptHours, row.id],
  )
  return completed ?? row
}
