import type { Named, NewReport, Reportable } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { problem } from '@daguerre/kit/problem'
import { fileReport } from './file-report.ts'

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
    await fileReport({ tx, now }, { subject, found, reporter, reason, text, photo: null, isByItself: false })
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
