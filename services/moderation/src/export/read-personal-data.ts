import type { ExportItem } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { toOwnAct } from '../act/act.ts'
import { listActsOfPerson } from '../act/list-acts.ts'

type Keyset = { userId: string; after: string | null; limit: number }
type Page = { items: unknown[]; next: string | null }

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** What moderation has for an export, a page of it, the newest first. */
export async function readPersonalData(
  { em }: { em: EntityManager },
  { section, ...keyset }: Keyset & { section: 'reports' | 'decisions' },
): Promise<Page> {
  return section === 'reports' ? await readReports(em, keyset) : await readDecisions(em, keyset)
}

async function readReports(em: EntityManager, { userId, after, limit }: Keyset): Promise<Page> {
  const rows = await query<Omit<ExportItem<'reports'>, 'at'> & { caseId: string; at: Date }>(
    em,
    `select r.case_id as "caseId", c.subject_kind as kind, c.subject_id as "subjectId", r.reason, r.text, r.created_at as at
       from report r join moderation_case c on c.id = r.case_id
      where r.reporter_id = $1 and r.case_id < $2 order by r.case_id desc limit $3`,
    [userId, after ?? lastId, limit],
  )
  const items = rows.map(({ caseId: _caseId, at, ...report }) => ({ ...report, at: new Date(at).toISOString() }))
  return { items, next: rows.length === limit ? (rows.at(-1)?.caseId ?? null) : null }
}

/** Who decided is nobody's to take along. */
async function readDecisions(em: EntityManager, { userId, after, limit }: Keyset): Promise<Page> {
  const acts = (await listActsOfPerson(em, { personId: userId, before: after, limit })).map(toOwnAct)
  const items = acts.map(({ id, kind: act, subject, reason, until, appeal, createdAt: at }) => {
    const own = { id, act, kind: subject.kind, subjectId: subject.id, reason, until, at }
    return { ...own, appeal: appeal?.text ?? null, answer: appeal?.answer ?? null } satisfies ExportItem<'decisions'>
  })
  return { items, next: acts.length === limit ? (acts.at(-1)?.id ?? null) : null }
}
