import type { CaseReason, CaseState, SubjectKind } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { caseColumns, type CaseRow } from './case.ts'

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export interface CaseFilter {
  state?: CaseState | undefined
  kind?: SubjectKind | undefined
  reason?: CaseReason | undefined
  personId?: string | undefined
  /** Who looks: of themselves they see nothing. */
  moderatorId: string
}

/** Cases, the latest first. @param before id of the last one seen, or null for the beginning */
export async function listCases(
  em: EntityManager,
  { state, kind, reason, personId, moderatorId, before, limit }: CaseFilter & { before: string | null; limit: number },
): Promise<CaseRow[]> {
  return query(
    em,
    `select ${caseColumns} from moderation_case c
     where c.id < $1 and ($2::text is null or c.state = $2) and ($3::text is null or c.subject_kind = $3)
       and ($4::text is null or $4 = any(c.reasons)) and ($5::uuid is null or c.person_id = $5)
       and c.person_id <> $6
     order by c.id desc limit $7`,
    [before ?? lastId, state ?? null, kind ?? null, reason ?? null, personId ?? null, moderatorId, limit],
  )
}
