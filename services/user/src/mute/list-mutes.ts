import type { MutedPerson } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { findInOrder } from '../profile/find-profiles.ts'
import { type Profile, type RelationRow, toPersonShort } from '../profile/profile.ts'
import { addRelations } from '../relations/list-relations.ts'

export interface Mute {
  mutedId: string
  /** null: until it is taken back. */
  endsAt: Date | null
}

/** Whom the viewer mutes now, of these people or of all. */
export async function readMutes(
  em: EntityManager,
  { muterId, ids = null, now }: { muterId: string; ids?: readonly string[] | null; now: Date },
): Promise<Mute[]> {
  const rows = await query<{ muted_id: string; ends_at: string | null }>(
    em,
    `select muted_id, ends_at from mute
     where muter_id = $1 and active and (ends_at is null or ends_at > $2) and ($3::uuid[] is null or muted_id = any($3))`,
    [muterId, now, ids],
  )
  return rows.map((row) => ({ mutedId: row.muted_id, endsAt: row.ends_at === null ? null : new Date(row.ends_at) }))
}

export type MutedRow = Profile & RelationRow & { position: string; ends_at: string | null }

/** Whom the viewer mutes, the latest first. @param before position of the last one seen, or null for the beginning */
export async function listMutes(
  em: EntityManager,
  { muterId, now, before, limit }: { muterId: string; now: Date; before: string | null; limit: number },
): Promise<MutedRow[]> {
  const mutes = await query<{ id: string; position: string; ends_at: string | null }>(
    em,
    `select muted_id as id, position, ends_at from mute
     where muter_id = $1 and active and (ends_at is null or ends_at > $2)
       and position < coalesce($3::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
     order by position desc limit $4`,
    [muterId, now, before, limit],
  )
  return addRelations(em, muterId, await findInOrder(em, mutes))
}

export function toMutedPerson(row: MutedRow): MutedPerson {
  return { ...toPersonShort(row), mutedUntil: row.ends_at === null ? null : new Date(row.ends_at).toISOString() }
}
