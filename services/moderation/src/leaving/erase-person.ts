import { forgetEvents } from '@daguerre/kit/forget-events'
import { answerScope, forgetAnswers } from '@daguerre/kit/idempotency'
import { type EntityManager, query } from '@daguerre/kit/postgres'

const ofTheirs = 'in (select id from moderation_case where person_id = $1)'

/**
 * Erases somebody who is gone: all that was reported and done about them, what they reported, and their name wherever they moderated. What
 * stays are ids in the audit log.
 */
export async function erasePerson(em: EntityManager, personId: string): Promise<void> {
  await em.transactional(async (tx) => {
    const acts = await query<{ id: string; moderatorId: string | null }>(
      tx,
      'select id, moderator_id as "moderatorId" from act where person_id = $1',
      [personId],
    )
    await forgetEvents(tx, [{ subject: personId }, ...acts.map(({ id }) => ({ subject: id }))])
    await forgetAnswers(tx, {
      scopes: [...new Set(acts.map(({ moderatorId }) => moderatorId))].flatMap((id) =>
        id === null ? [] : [answerScope(id, 'POST', '/api/v1/moderation/acts')],
      ),
      locations: [`/api/v1/moderation/accounts/${personId}`],
    })
    for (const sql of [
      'delete from audit_reason where person_id = $1',
      'delete from appeal where act_id in (select id from act where person_id = $1)',
      'delete from act where person_id = $1',
      `delete from case_note where case_id ${ofTheirs}`,
      `delete from report where reporter_id = $1 or case_id ${ofTheirs}`,
      'delete from moderation_case where person_id = $1',
      'delete from standing where person_id = $1',
      `update photo_block set reason = '', person_id = null where person_id = $1`,
      `update blocked_text set moderator_name = '' where moderator_id = $1`,
      `update photo_block set moderator_name = '' where moderator_id = $1`,
      `update act set moderator_name = '' where moderator_id = $1`,
      `update appeal set answered_by_name = '' where answered_by_id = $1`,
      `update case_note set author_name = '' where author_id = $1`,
      `update moderation_case set assignee_name = '' where assignee_id = $1`,
      'delete from moderator where id = $1',
    ]) {
      await query(tx, sql, [personId])
    }
    await query(tx, '/* all shards: of-a-person */ delete from idempotency_key where starts_with(scope, $1)', [
      `${personId} `,
    ])
  })
}
