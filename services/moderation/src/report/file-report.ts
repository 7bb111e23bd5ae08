import type { CaseReason, Named, Reportable, Subject } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'

export interface ReportToFile {
  subject: Subject
  found: Reportable
  /** Who has reported; of what came by itself the photo or the post that it is about. */
  reporter: Named
  reason: CaseReason
  text: string
  /** What became of that photo; null: a person has reported. */
  photo: 'refused' | 'here' | null
  /** Nobody has reported. */
  isByItself: boolean
}

/** Puts a report under the open case of its subject, which the first one makes. A case that is being closed is waited for; the report then begins another one. */
export async function fileReport(
  { tx, now }: { tx: EntityManager; now: Date },
  { subject, found, reporter, reason, text, photo, isByItself }: ReportToFile,
): Promise<void> {
  const snapshot = { text: found.text, images: found.images, postId: found.postId, takenAt: now.toISOString() }
  const [filed] = await query<{ id: string }>(
    tx,
    `insert into moderation_case as c (id, subject_kind, subject_id, person_id, person_name, state, reports, reasons,
       snapshot, created_at, updated_at)
     values ($1, $2, $3, $4, $5, 'open', 1, array[$6], $7::jsonb, $8, $8)
     on conflict (subject_kind, subject_id) where state <> 'closed' do update
        set reports = c.reports + 1, updated_at = excluded.updated_at,
            reasons = case when $6 = any(c.reasons) then c.reasons else c.reasons || $6 end
     returning c.id`,
    [newId(), subject.kind, subject.id, found.person.id, found.person.username, reason, JSON.stringify(snapshot), now],
  )
  await query(
    tx,
    `insert into report (case_id, reporter_id, reporter_name, reason, text, photo, by_itself, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [filed!.id, reporter.id, reporter.username, reason, text, photo, isByItself, now],
  )
}
