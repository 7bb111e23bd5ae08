import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Somebody, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.stop())

function postDeleted(postId: string, { id: authorId }: Somebody) {
  const data = { ...events.postDeleted.example, postId, authorId }
  return makeEvent(events.postDeleted, { subject: postId, version: 3, data })
}

function commentDeleted(commentId: string, { id: authorId }: Somebody) {
  const data = { ...events.commentDeleted.example, commentId, authorId }
  return makeEvent(events.commentDeleted, { subject: commentId, version: 2, data })
}

async function leaves({ id: userId }: Somebody): Promise<void> {
  const data = { userId, at: new Date().toISOString() }
  const event = makeEvent(events.accountDeleted, { subject: userId, version: 2, data })
  expect(await stage.tell('auth', event)).toBe('SUCCESS')
  await stage.erase()
}

async function caseOf(subjectId: string, as: Somebody) {
  const { body } = await stage.request('GET', '/moderation/cases?limit=100', { as })
  return body.items.find((one: { subject: { id: string } }) => one.subject.id === subjectId)
}

/** Tables in which a word stands. */
async function tablesWith(word: string): Promise<string[]> {
  const tables = (await stage.sql(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  )) as { name: string }[]
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await stage.sql(`/* test */ select 1 from ${name} t where strpos(t::text, $1) > 0 limit 1`, [word])
      return rows.length > 0 ? [name] : []
    }),
  )
  return found.flat().toSorted()
}

test('of a post that is deleted its cases show nothing, nor those of comments under it; that it was reported stays', async () => {
  const [ann, bob, mod] = [stage.person('ann'), stage.person('bob'), stage.moderator('mod')]
  const [post, kept, comment] = [stage.post(ann), stage.post(ann), stage.comment(ann)]
  for (const subject of [post, kept, comment]) expect((await stage.report(bob, subject)).status).toBe(204)
  const under = (await caseOf(comment.id, mod)).snapshot.postId
  const event = postDeleted(post.id, ann)
  for (const told of [event, event, postDeleted(under, ann)]) expect(await stage.tell('post', told)).toBe('SUCCESS')
  await stage.erase()
  expect(await tablesWith('post of ann')).toEqual(['moderation_case'])
  expect(await tablesWith('comment of ann')).toEqual([])
  expect(await caseOf(post.id, mod)).toMatchObject({ snapshot: null, state: 'open', reports: 1, reasons: ['spam'] })
  expect(await caseOf(comment.id, mod)).toMatchObject({ snapshot: null })
  expect(await caseOf(kept.id, mod)).toMatchObject({ snapshot: { text: 'post of ann' } })
})

test('what was deleted while it was being reported is erased all the same', async () => {
  const [cleo, dora, mod] = [stage.person('cleo'), stage.person('dora'), stage.moderator('mod')]
  const comment = stage.comment(cleo)
  // Its deletion is told first; a later pass finds what came after it.
  await stage.tell('interaction', commentDeleted(comment.id, cleo))
  expect((await stage.report(dora, comment)).status).toBe(204)
  await stage.erase()
  expect(await caseOf(comment.id, mod)).toMatchObject({ snapshot: null })
})

test('of somebody who has left nothing stays but ids in the audit log, which is still right', async () => {
  const [eve, fan, mod] = [stage.person('eve_who_leaves'), stage.person('fan'), stage.moderator('mod')]
  const admin = stage.admin('admin')
  const [post, account, theirs] = [stage.post(eve), stage.account(eve), stage.post(fan)]
  await stage.report(fan, post, 'hate', 'words about eve_who_leaves')
  await stage.report(eve, theirs, 'spam', 'words of eve')
  const { id: caseId } = await caseOf(post.id, mod)
  await stage.request('POST', `/moderation/cases/${caseId}/notes`, { as: mod, body: { text: 'eve_who_leaves again' } })
  const reason = 'because of eve_who_leaves'
  const body = { kind: 'ban', subject: account, reason, caseId }
  const ban = await stage.request('POST', '/moderation/acts', { as: mod, body, key: newId() })
  expect(ban.status).toBe(201)
  await stage.request('POST', '/appeals', { body: { actId: ban.body.id, text: 'says eve_who_leaves' } })
  const { body: appeals } = await stage.request('GET', '/moderation/appeals', { as: admin })
  const path = `/moderation/appeals/${appeals.items[0].appeal.id}/answer`
  await stage.request('POST', path, { as: admin, body: { outcome: 'overturned', text: 'sorry, eve_who_leaves' } })
  expect((await tablesWith('eve_who_leaves')).length).toBeGreaterThan(6)

  await leaves(eve)
  expect(await tablesWith('eve_who_leaves')).toEqual([])
  expect(await tablesWith('words of eve')).toEqual([])
  expect(await tablesWith(eve.id)).toEqual(['audit_entry', 'erasure', 'forgotten'])
  expect(await caseOf(theirs.id, mod)).toMatchObject({ reports: 1, snapshot: { text: 'post of fan' } })
  expect((await stage.verify()).fault).toBeNull()
  const { body: log } = await stage.request('GET', '/moderation/audit', { as: mod })
  const entry = log.items.find(({ action }: { action: string }) => action === 'ban')
  expect(entry).toMatchObject({ actor: { id: mod.id, username: 'mod' }, subject: account, reason: null })
})

test('a moderator who has left has done what they did, without a name', async () => {
  const [gil, hal, leaver, mod] = [
    stage.person('gil'),
    stage.person('hal'),
    stage.moderator('moderator_who_leaves'),
    stage.moderator('mod'),
  ]
  await stage.report(hal, stage.account(gil))
  const { id: caseId } = await caseOf(gil.id, leaver)
  const path = `/moderation/cases/${caseId}`
  await stage.request('POST', `${path}/notes`, { as: leaver, body: { text: 'known' }, key: newId() })
  await stage.request('PATCH', path, { as: leaver, body: { state: 'working' } })
  await stage.act(leaver, 'warn', stage.account(gil), { caseId })
  await leaves(leaver)
  expect(await tablesWith('moderator_who_leaves')).toEqual([])
  const nobody = { id: leaver.id, username: '' }
  expect((await stage.request('GET', path, { as: mod })).body).toMatchObject({
    case: { assignee: nobody },
    notes: [{ text: 'known', author: nobody }],
    acts: [{ kind: 'warn', reason: 'Against the rules', moderator: nobody }],
  })
  const { body: log } = await stage.request('GET', '/moderation/audit', { as: mod })
  expect(log.items[0]).toMatchObject({ action: 'warn', actor: nobody, reason: 'Against the rules' })
})
