import type { MutedPerson } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { findInOrder } from '../profile/find-profiles.ts'
import { type Profile, type RelationRow, toPersonShort } from '../profile/profile.ts'
import { addRelations } from '../relations/list-relations.ts'

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
