import { type EntityManager, query } from '@daguerre/kit/postgres'

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
