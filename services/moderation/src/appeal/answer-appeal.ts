import { type AppealAnswer, events, makeEvent, type Named } from '@daguerre/contracts'
import { emit } from '@daguerre/kit/outbox'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, notFound, Problem } from '@daguerre/kit/problem'
import { type ActRow, isoOrNull } from '../act/act.ts'
import { reverseOf } from '../act/apply-act.ts'
import { readAct } from '../act/list-acts.ts'
import { performAct } from '../act/perform-act.ts'
import { appendEntry } from '../audit/append-entry.ts'

/** Who has not moderated for so long does not count as somebody else who could answer. */
const activeDays = 30

/**
 * Answers an appeal; one that is overturned takes back what can be taken back. Not by whose act it was, as long as another moderator
 * is about.
 * @throws Problem 404 `appeal.not_found`, 409 `appeal.answered`, `appeal.own_act`
 */
export async function answerAppeal(
  { em, moderator, now }: { em: EntityManager; moderator: Named; now: Date },
  appealId: string,
  { outcome, text }: AppealAnswer,
): Promise<void> {
  await em.transactional(async (tx) => {
    const [appeal] = await query<{ act_id: string; state: string }>(
      tx,
      'select act_id, state from appeal where id = $1 for no key update',
      [appealId],
    )
    if (!appeal) throw noSuchAppeal()
    if (appeal.state !== 'open') throw conflict('appeal.answered', 'This appeal has been answered.')
    const act = (await readAct(tx, appeal.act_id))!
    if (act.moderator_id === moderator.id && (await isAnotherAbout(tx, moderator.id, now))) {
      throw conflict('appeal.own_act', 'Another moderator answers appeals against what you did.')
    }
    await query(
      tx,
      `update appeal set state = $2, answer = $3, answered_by_id = $4, answered_by_name = $5, answered_at = $6 where id = $1`,
      [appealId, outcome, text, moderator.id, moderator.username, now],
    )
    await emit(tx, outcomeEvent(act, { outcome, text, now }))
    if (outcome === 'overturned') await reverse({ em: tx, moderator, now }, act, text)
    await appendEntry(tx, {
      at: now.toISOString(),
      actorId: moderator.id,
      action: 'answer_appeal',
      subject: { kind: 'act', id: act.id },
      personId: act.person_id,
      reason: text,
      before: { state: 'open' },
      after: { state: outcome },
    })
  })
}

/** Whom the act concerns against which the appeal is. @throws Problem 404 `appeal.not_found` */
export async function findAppellant(em: EntityManager, appealId: string): Promise<string> {
  const [found] = await query<{ personId: string }>(
    em,
    'select a.person_id as "personId" from appeal p join act a on a.id = p.act_id where p.id = $1',
    [appealId],
  )
  if (!found) throw noSuchAppeal()
  return found.personId
}

function noSuchAppeal(): Problem {
  return notFound('appeal.not_found', 'There is no such appeal.')
}

async function reverse(
  { em, moderator, now }: { em: EntityManager; moderator: Named; now: Date },
  act: ActRow,
  reason: string,
): Promise<void> {
  const kind = reverseOf(act.kind)
  if (kind === null) return
  const subject = { kind: act.subject_kind, id: act.subject_id }
  const person = { id: act.person_id, username: act.person_name }
  try {
    await performAct({ em, moderator, now }, { kind, subject, person, reason, until: null, caseId: act.case_id })
  } catch (error) {
    // It has been taken back, or has ended, meanwhile.
    if (!(error instanceof Problem && error.code === 'act.nothing_to_do')) throw error
  }
}

async function isAnotherAbout(em: EntityManager, moderatorId: string, now: Date): Promise<boolean> {
  const rows = await query(
    em,
    `select 1 from moderator where id <> $1 and seen_at > $2::timestamptz - make_interval(days => ${activeDays}) limit 1`,
    [moderatorId, now],
  )
  return rows.length > 0
}

function outcomeEvent(
  act: ActRow,
  { outcome, text, now }: { outcome: AppealAnswer['outcome']; text: string; now: Date },
) {
  return makeEvent(events.moderatorActed, {
    subject: act.id,
    version: 2,
    data: {
      actId: act.id,
      personId: act.person_id,
      kind: act.kind,
      subject: { kind: act.subject_kind, id: act.subject_id },
      reason: text,
      until: isoOrNull(act.until),
      outcome,
      at: now.toISOString(),
    },
  })
}
