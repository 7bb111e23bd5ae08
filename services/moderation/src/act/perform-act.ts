import { type ActKind, events, makeEvent, type Named, type Subject } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { emitAll, type NewEvent } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict } from '@daguerre/kit/problem'
import { appendEntry } from '../audit/append-entry.ts'
import { canonicalJson } from '../audit/hash-entry.ts'
import { applyAct, type State, type States, untouched } from './apply-act.ts'

export interface ActToPerform {
  kind: ActKind
  subject: Subject
  /** Whose the subject is. */
  person: Named
  reason: string
  until: string | null
  caseId: string | null
}

/**
 * Does what a moderator decided: changes how the subject stands, tells the services that it concerns and the person, and puts it
 * on record, all or nothing. Two moderators come one after the other, by the subject's row.
 * @param moderator null for what comes by itself: the person is told nothing then
 * @returns the id of the act
 * @throws Problem 409 `act.nothing_to_do` if the subject stands so already, or is gone
 */
export async function performAct(
  { em, moderator, now }: { em: EntityManager; moderator: Named | null; now: Date },
  { kind, subject, person, reason, until, caseId }: ActToPerform,
): Promise<string> {
  return em.transactional(async (tx) => {
    const standing = await lockStanding(tx, subject, person)
    const next = applyAct(standing.state, { kind, until })
    const isChanged = canonicalJson(next) !== canonicalJson(standing.state)
    if (!isChanged && kind !== 'warn') {
      throw conflict('act.nothing_to_do', 'It is so already, or what it is about is gone.')
    }
    const id = newId()
    await query(
      tx,
      `insert into act (id, kind, subject_kind, subject_id, person_id, person_name, moderator_id, moderator_name,
         reason, until, case_id, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        id,
        kind,
        subject.kind,
        subject.id,
        person.id,
        person.username,
        moderator?.id ?? null,
        moderator?.username ?? null,
        reason,
        until,
        caseId,
        now,
      ],
    )
    const told: NewEvent[] = []
    if (isChanged) {
      const version = standing.version + 1
      await query(
        tx,
        `update standing set state = $3::jsonb, version = $4, ends_at = $5 where subject_kind = $1 and subject_id = $2`,
        [subject.kind, subject.id, JSON.stringify(next), version, until],
      )
      told.push(stateEvent(subject, next, { version, reason, actId: id }))
    }
    if (moderator) {
      const data = {
        actId: id,
        personId: person.id,
        kind,
        subject,
        reason,
        until,
        outcome: null,
        at: now.toISOString(),
      }
      told.push(makeEvent(events.moderatorActed, { subject: id, version: 1, data }))
    }
    await emitAll(tx, told)
    await appendEntry(tx, {
      at: now.toISOString(),
      actorId: moderator?.id ?? null,
      action: kind,
      subject,
      personId: person.id,
      reason,
      before: { ...standing.state },
      after: { ...next },
    })
    return id
  })
}

/** How a subject stands, held until the transaction ends. */
export async function lockStanding(
  tx: EntityManager,
  { kind, id }: Subject,
  person: Named,
): Promise<{ state: State; version: number }> {
  await query(
    tx,
    `insert into standing (subject_kind, subject_id, person_id, person_name, state, version)
     values ($1, $2, $3, $4, $5::jsonb, 0) on conflict do nothing`,
    [kind, id, person.id, person.username, JSON.stringify(untouched[kind])],
  )
  const [row] = await query<{ state: State; version: number }>(
    tx,
    'select state, version from standing where subject_kind = $1 and subject_id = $2 for no key update',
    [kind, id],
  )
  return row!
}

function stateEvent(
  { kind, id }: Subject,
  state: State,
  { version, reason, actId }: { version: number; reason: string; actId: string },
): NewEvent {
  if (kind === 'account') {
    const data = { userId: id, ...(state as States['account']), reason, actId }
    return makeEvent(events.accountModerated, { subject: id, version, data })
  }
  if (kind === 'comment') {
    return makeEvent(events.commentRemoved, { subject: id, version, data: { commentId: id } })
  }
  return makeEvent(events.postModerated, {
    subject: id,
    version,
    data: { postId: id, ...(state as States['post']) },
  })
}
