import type { Act, ActKind, AppealState, Named, OwnAct, SubjectKind } from '@daguerre/contracts'

/** An act with its appeal, as `actColumns` reads it. */
export interface ActRow {
  id: string
  kind: ActKind
  subject_kind: SubjectKind
  subject_id: string
  person_id: string
  person_name: string
  moderator_id: string | null
  moderator_name: string | null
  reason: string
  until: string | null
  case_id: string | null
  created_at: string
  appeal_id: string | null
  appeal_text: string
  appeal_state: AppealState
  answer: string | null
  answered_by_id: string | null
  answered_by_name: string | null
  appealed_at: string
  answered_at: string | null
}

export const actColumns = `a.id, a.kind, a.subject_kind, a.subject_id, a.person_id, a.person_name, a.moderator_id, a.moderator_name,
  a.reason, a.until, a.case_id, a.created_at, p.id as appeal_id, p.text as appeal_text, p.state as appeal_state, p.answer,
  p.answered_by_id, p.answered_by_name, p.created_at as appealed_at, p.answered_at`

export const actTables = 'act a left join appeal p on p.act_id = a.id'

/** As the person sees it whom it concerns: nothing in it tells who did it. */
export function toOwnAct(row: ActRow): OwnAct {
  return {
    id: row.id,
    kind: row.kind,
    subject: { kind: row.subject_kind, id: row.subject_id },
    reason: row.reason,
    until: isoOrNull(row.until),
    appeal:
      row.appeal_id === null
        ? null
        : {
            text: row.appeal_text,
            state: row.appeal_state,
            answer: row.answer,
            createdAt: iso(row.appealed_at),
            answeredAt: isoOrNull(row.answered_at),
          },
    createdAt: iso(row.created_at),
  }
}

export function toAct(row: ActRow): Act {
  const own = toOwnAct(row)
  return {
    ...own,
    person: { id: row.person_id, username: row.person_name },
    moderator: namedOrNull(row.moderator_id, row.moderator_name),
    caseId: row.case_id,
    appeal: own.appeal && {
      ...own.appeal,
      id: row.appeal_id!,
      answeredBy: namedOrNull(row.answered_by_id, row.answered_by_name),
    },
  }
}

export function iso(time: string): string {
  return new Date(time).toISOString()
}

export function isoOrNull(time: string | null): string | null {
  return time === null ? null : iso(time)
}

export function namedOrNull(id: string | null, username: string | null): Named | null {
  return id === null ? null : { id, username: username ?? '' }
}
