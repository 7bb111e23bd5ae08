import type { CaseDetail, CaseNote, CaseReason, Report } from '@daguerre/contracts'
import { type GrantOf, withGrant } from '@daguerre/copies/photo-grants'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { notFound, type Problem } from '@daguerre/kit/problem'
import { iso, toAct } from '../act/act.ts'
import { listActsOfCase } from '../act/list-acts.ts'
import { caseColumns, type CaseRow, type Look, toCase } from './case.ts'

/** More of one case nobody reads. */
const most = 500

/**
 * A case with who has reported, what moderators have noted and what they have done.
 * @throws Problem 404 `case.not_found`, also of one about who looks: they would learn who has reported them
 */
export async function readCase(em: EntityManager, id: string, { moderatorId, grantOf }: Look): Promise<CaseDetail> {
  const [row] = await query<CaseRow>(
    em,
    `select ${caseColumns} from moderation_case c where c.id = $1 and c.person_id <> $2`,
    [id, moderatorId],
  )
  if (!row) throw noSuchCase()
  return {
    case: toCase(row, grantOf),
    reports: await readReports(em, id, grantOf),
    notes: await readNotes(em, id),
    acts: (await listActsOfCase(em, id)).map(toAct),
  }
}

async function readReports(em: EntityManager, caseId: string, grantOf: GrantOf | null): Promise<Report[]> {
  const rows = await query<{
    id: string
    username: string
    reason: CaseReason
    text: string
    photo: 'refused' | 'here' | null
    by_itself: boolean
    created_at: string
  }>(
    em,
    `select reporter_id as id, reporter_name as username, reason, text, photo, by_itself, created_at from report
     where case_id = $1 order by created_at, reporter_id limit ${most}`,
    [caseId],
  )
  return rows.map(({ id, username, reason, text, photo, by_itself: isByItself, created_at: at }) => ({
    // One that was filed by the version before this one is told by its photo.
    reporter: isByItself || photo !== null ? null : { id, username },
    reason,
    text,
    photo: photo && {
      id,
      isRefused: photo === 'refused',
      image: photo === 'here' ? withGrant(`/media/${id}/thumbnail.webp`, grantOf) : null,
    },
    createdAt: iso(at),
  }))
}

async function readNotes(em: EntityManager, caseId: string): Promise<CaseNote[]> {
  const rows = await query<{ id: string; author_id: string; author_name: string; text: string; created_at: string }>(
    em,
    `select id, author_id, author_name, text, created_at from case_note where case_id = $1 order by id limit ${most}`,
    [caseId],
  )
  return rows.map(({ id, author_id: authorId, author_name: username, text, created_at: at }) => ({
    id,
    author: { id: authorId, username },
    text,
    createdAt: iso(at),
  }))
}

export function noSuchCase(): Problem {
  return notFound('case.not_found', 'There is no such case.')
}

/** That there is such a case about somebody. @throws Problem 404 `case.not_found` */
export async function checkCase(em: EntityManager, id: string, personId: string): Promise<void> {
  const [known] = await query(em, 'select 1 from moderation_case where id = $1 and person_id = $2', [id, personId])
  if (!known) throw noSuchCase()
}
