import type { Named, NewReport, Reportable } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'

const daySeconds = 86_400

/**
 * Files a report under the open case of its subject, which the first one makes. Somebody has one in a case: said again, it changes
 * nothing.
 * @param found the subject as this reporter may see it
 * @throws Problem 422 `report.self`, 429 `report.too_many`
 */
export async function reportSubject(
  { em, reporter, now, mostPerDay }: { em: EntityManager; reporter: Named; now: Date; mostPerDay: number },
  { subject, reason, text }: NewReport,
  found: Reportable,
): Promise<void> {
  if (found.person.id === reporter.id) throw problem(422, 'report.self', 'Nobody reports themselves.')
  await em.transactional(async (tx) => {
    // Reports of one person come one after the other, or two at once could pass the last one that is left.
    await query(tx, `select pg_advisory_xact_lock(hashtextextended('reporter ' || $1, 0))`, [reporter.id])
    const [known] = await query(
      tx,
      `select 1 from report r join moderation_case c on c.id = r.case_id
       where c.subject_kind = $1 and c.subject_id = $2 and c.state <> 'closed' and r.reporter_id = $3`,
      [subject.kind, subject.id, reporter.id],
    )
    if (known) return
    await checkCap(tx, { reporterId: reporter.id, now, most: mostPerDay })
    const snapshot = { text: found.text, images: found.images, postId: found.postId, takenAt: now.toISOString() }
    // A case that is being closed is waited for; the report then begins another one.
    const [filed] = await query<{ id: string }>(
      tx,
      `insert into moderation_case as c (id, subject_kind, subject_id, person_id, person_name, state, reports, reasons,
         snapshot, created_at, updated_at)
       values ($1, $2, $3, $4, $5, 'open', 1, array[$6], $7::jsonb, $8, $8)
       on conflict (subject_kind, subject_id) where state <> 'closed' do update
          set reports = c.reports + 1, updated_at = excluded.updated_at,
              reasons = case when $6 = any(c.reasons) then c.reasons else c.reasons || $6 end
       returning c.id`,
      [
        newId(),
        subject.kind,
        subject.id,
        found.person.id,
        found.person.username,
        reason,
        JSON.stringify(snapshot),
        now,
      ],
    )
    await query(
      tx,
      `insert into report (case_id, reporter_id, reporter_name, reason, text, created_at) values ($1, $2, $3, $4, $5, $6)`,
      [filed!.id, reporter.id, reporter.username, reason, text, now],
    )
  })
}

async function checkCap(
  tx: EntityManager,
  { reporterId, now, most }: { reporterId: string; now: Date; most: number },
): Promise<void> {
  // The one that must be a day old before there may be another.
  const [oldest] = await query<{ seconds: number }>(
    tx,
    `select ceil(extract(epoch from created_at - ($2::timestamptz - make_interval(secs => $3))))::int as seconds from report
     where reporter_id = $1 and created_at > $2::timestamptz - make_interval(secs => $3)
     order by created_at desc offset $4 - 1 limit 1`,
    [reporterId, now, daySeconds, most],
  )
  if (!oldest) return
  throw problem(429, 'report.too_many', `Nobody makes more than ${most} reports a day.`, {
    headers: { 'retry-after': String(Math.max(1, oldest.seconds)) },
  })
}
