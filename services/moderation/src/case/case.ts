import type { Case, CaseReason, CaseState, Snapshot, SubjectKind } from '@daguerre/contracts'
import { type GrantOf, withGrant } from '@daguerre/copies/photo-grants'
import { iso, namedOrNull } from '../act/act.ts'

export interface CaseRow {
  id: string
  subject_kind: SubjectKind
  subject_id: string
  person_id: string
  person_name: string
  state: CaseState
  assignee_id: string | null
  assignee_name: string | null
  reports: number
  reasons: CaseReason[]
  snapshot: Snapshot | null
  created_at: string
  updated_at: string
}

export const caseColumns = `c.id, c.subject_kind, c.subject_id, c.person_id, c.person_name, c.state, c.assignee_id, c.assignee_name,
  c.reports, c.reasons, c.snapshot, c.created_at, c.updated_at`

/** Who looks at cases: of themselves they see nothing. */
export interface Look {
  moderatorId: string
  /** By which they fetch pictures, whomever these are for. */
  grantOf: GrantOf | null
}

/** A case as a moderator sees it. */
export function toCase(row: CaseRow, grantOf: GrantOf | null): Case {
  const { snapshot } = row
  return {
    id: row.id,
    subject: { kind: row.subject_kind, id: row.subject_id },
    person: { id: row.person_id, username: row.person_name },
    state: row.state,
    assignee: namedOrNull(row.assignee_id, row.assignee_name),
    reports: row.reports,
    reasons: row.reasons,
    snapshot: snapshot && { ...snapshot, images: snapshot.images.map((image) => withGrant(image, grantOf)) },
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
  }
}
