import { events } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.stop())

test('each act tells how the subject stands, with a version, and tells the person why', async () => {
  const [ann, mod] = [stage.person('ann'), stage.moderator('mod')]
  const post = stage.post(ann)
  const acts = []
  for (const kind of ['mark_sensitive', 'hide_post', 'restore_post', 'unmark_sensitive', 'remove_post'] as const) {
    acts.push(await stage.act(mod, kind, post))
  }
  expect(acts.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
  const told = await stage.events(post.id)
  expect(
    told.map(({ version, data: { hidden, sensitive, removed } }) => [version, hidden, sensitive, removed]),
  ).toEqual([
    [1, false, true, false],
    [2, true, true, false],
    [3, false, true, false],
    [4, false, false, false],
    [5, false, false, true],
  ])
  const [toPerson] = await stage.events(acts[0]!.body.id)
  expect(toPerson).toMatchObject({
    type: events.moderatorActed.type,
    data: { personId: ann.id, kind: 'mark_sensitive', reason: 'Against the rules', subject: post },
  })
  const again = await stage.act(mod, 'hide_post', post)
  expect([again.status, again.body.code]).toEqual([409, 'act.nothing_to_do'])
})

test('of two moderators at once one acts, and the other is told that it is done', async () => {
  const [bob, one, two] = [stage.person('bob'), stage.moderator('one'), stage.moderator('two')]
  for (let times = 0; times < 5; times++) {
    const post = stage.post(bob)
    const answers = await Promise.all([one, two, one, two].map((mod) => stage.act(mod, 'hide_post', post)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
    expect(await stage.events(post.id)).toHaveLength(1)
  }
  expect((await stage.verify()).fault).toBeNull()
})

test('an act that is sent again with its key is done once', async () => {
  const [cleo, mod] = [stage.person('cleo'), stage.moderator('mod')]
  const body = { kind: 'warn', subject: stage.account(cleo), reason: 'Please stop' }
  const key = newId()
  const sent = [1, 2].map(() => stage.request('POST', '/moderation/acts', { as: mod, body, key }))
  const [first, second] = await Promise.all(sent)
  expect([first!.status, second!.body.id]).toEqual([201, first!.body.id])
  expect((await stage.request('GET', '/users/me/acts', { as: cleo })).body.items).toHaveLength(1)
})

test('a suspension ends by itself when its time has come, told once by however many replicas; a later one stays', async () => {
  const [dora, eve, mod] = [stage.person('dora'), stage.person('eve'), stage.moderator('mod')]
  const until = stage.inSeconds(60)
  await stage.act(mod, 'suspend', stage.account(dora), { until })
  await stage.act(mod, 'suspend', stage.account(eve), { until })
  await stage.act(mod, 'suspend', stage.account(eve), { until: stage.inSeconds(600) })
  expect(await stage.endSuspensions()).toBe(0)
  stage.passes(61)
  await Promise.all([stage.endSuspensions(), stage.endSuspensions()])
  const told = await stage.events(dora.id)
  expect(told.map(({ version, data }) => [version, data.state, data.until])).toEqual([
    [1, 'suspended', until],
    [2, 'open', null],
  ])
  expect((await stage.events(eve.id)).map(({ data }) => data.state)).toEqual(['suspended', 'suspended'])
  expect((await stage.act(mod, 'lift', stage.account(eve))).status).toBe(201)
  expect((await stage.act(mod, 'lift', stage.account(eve))).status).toBe(409)
  const standing = await stage.request('GET', `/moderation/accounts/${dora.id}`, { as: mod })
  expect(standing.body).toMatchObject({ state: 'open', until: null, acts: [{ kind: 'lift', moderator: null }, {}] })
})

test('a ban has no end', async () => {
  const [fay, mod] = [stage.person('fay'), stage.moderator('mod')]
  await stage.act(mod, 'ban', stage.account(fay))
  stage.passes(10_000_000)
  expect(await stage.endSuspensions()).toBe(0)
  expect((await stage.events(fay.id)).map(({ data }) => [data.state, data.until])).toEqual([['banned', null]])
})

test('an act needs a reason, what it is done to, an end that is not past, and somebody else', async () => {
  const [gil, mod] = [stage.person('gil'), stage.moderator('mod')]
  const [post, account] = [stage.post(gil), stage.account(gil)]
  const answers = [
    await stage.act(mod, 'hide_post', post, { reason: ' ' }),
    await stage.act(mod, 'ban', post),
    await stage.act(mod, 'suspend', account),
    await stage.act(mod, 'warn', account, { until: stage.inSeconds(60) }),
    await stage.act(mod, 'suspend', account, { until: stage.inSeconds(-1) }),
    await stage.act(mod, 'warn', stage.account(mod)),
    await stage.act(mod, 'warn', { kind: 'account', id: newId() }),
    await stage.act(mod, 'warn', account, { caseId: newId() }),
    await stage.act(stage.person('nobody'), 'warn', account),
  ]
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [422, 'request.invalid'],
    [422, 'request.invalid'],
    [422, 'request.invalid'],
    [422, 'request.invalid'],
    [422, 'request.invalid'],
    [422, 'act.self'],
    [404, 'moderation.subject_not_found'],
    [404, 'case.not_found'],
    [403, 'auth.scope_missing'],
  ])
  expect(await stage.events(gil.id)).toEqual([])
})

test('about who moderates an admin decides, about themselves nobody, and not knowing who somebody is nobody does', async () => {
  const [mod, other, admin, boss] = [
    stage.moderator('mod'),
    stage.moderator('other'),
    stage.admin('admin'),
    stage.admin('boss'),
  ]
  const [ofOther, ofBoss] = [stage.post(other), stage.post(boss)]
  const refused = [
    await stage.act(mod, 'hide_post', ofOther),
    await stage.act(mod, 'warn', stage.account(other)),
    await stage.act(mod, 'remove_comment', stage.comment(boss)),
    await stage.act(mod, 'ban', stage.account(boss)),
    await stage.act(mod, 'hide_post', stage.post(mod)),
    await stage.act(admin, 'warn', stage.account(admin)),
    await stage.without(() => stage.act(mod, 'ban', stage.account(boss))),
  ]
  expect(refused.map(({ status, body }) => [status, body.code])).toEqual([
    ...Array.from({ length: 4 }, () => [403, 'act.above']),
    [422, 'act.self'],
    [422, 'act.self'],
    [503, 'service.unavailable'],
  ])
  // Nothing was done: nothing is to be taken back.
  expect((await stage.act(admin, 'restore_post', ofOther)).status).toBe(409)
  expect((await stage.act(admin, 'warn', stage.account(other))).status).toBe(201)
  expect((await stage.act(admin, 'hide_post', ofBoss)).status).toBe(201)
})

test('who moderates sees no case about themselves, and answers no appeal of their own', async () => {
  const [ida, mod, admin] = [stage.person('ida'), stage.moderator('reported_mod'), stage.admin('admin')]
  await stage.report(ida, stage.account(mod), 'harassment', 'It is me who says so')
  const { body: standing } = await stage.request('GET', `/moderation/accounts/${mod.id}`, { as: admin })
  expect(standing.cases).toHaveLength(1)
  const path = `/moderation/cases/${standing.cases[0].id}`
  const own = [
    await stage.request('GET', path, { as: mod }),
    await stage.request('PATCH', path, { as: mod, body: { state: 'closed' } }),
    await stage.request('POST', `${path}/notes`, { as: mod, body: { text: 'Not so' } }),
  ]
  expect(own.map(({ status, body }) => [status, body.code])).toEqual(own.map(() => [404, 'case.not_found']))
  const queue = await stage.request('GET', '/moderation/cases?limit=100', { as: mod })
  const account = await stage.request('GET', `/moderation/accounts/${mod.id}`, { as: mod })
  expect(JSON.stringify([queue.body, account.body.cases])).not.toContain(mod.id)

  const { body: warning } = await stage.act(admin, 'warn', stage.account(mod))
  await stage.request('POST', '/appeals', { as: mod, body: { actId: warning.id, text: 'Why?' } })
  async function appealOf(as: typeof mod) {
    const { body } = await stage.request('GET', '/moderation/appeals?state=open&limit=100', { as })
    return body.items.find((act: { id: string }) => act.id === warning.id)?.appeal.id
  }
  expect(await appealOf(mod)).toBeUndefined()
  const answer = `/moderation/appeals/${await appealOf(admin)}/answer`
  const body = { outcome: 'overturned', text: 'I was right' }
  const tries = [mod, stage.moderator('friend')].map((as) => stage.request('POST', answer, { as, body }))
  expect((await Promise.all(tries)).map(({ body: problem }) => problem.code)).toEqual(['act.self', 'act.above'])
  expect((await stage.request('POST', answer, { as: stage.admin('boss'), body })).status).toBe(204)
})

test('an act belongs to a case about the same person', async () => {
  const [jo, kim, mod] = [stage.person('jo'), stage.person('kim'), stage.moderator('mod')]
  await stage.report(jo, stage.account(kim))
  const { body } = await stage.request('GET', `/moderation/accounts/${kim.id}`, { as: mod })
  const caseId = body.cases[0].id
  expect((await stage.act(mod, 'warn', stage.account(jo), { caseId })).body.code).toBe('case.not_found')
  expect((await stage.act(mod, 'warn', stage.account(kim), { caseId })).status).toBe(201)
})

test('a case is worked on by one moderator at a time', async () => {
  const [hal, ida] = [stage.person('hal'), stage.person('ida')]
  const [one, two] = [stage.moderator('one'), stage.moderator('two')]
  await stage.report(hal, stage.account(ida))
  const { body } = await stage.request('GET', `/moderation/accounts/${ida.id}`, { as: one })
  const path = `/moderation/cases/${body.cases[0].id}`
  function edit(as: typeof one, state: string) {
    return stage.request('PATCH', path, { as, body: { state } })
  }
  const taken = await Promise.all([edit(one, 'working'), edit(two, 'working')])
  const [winner, loser] = taken[0].status === 200 ? [one, two] : [two, one]
  expect(taken.map(({ status }) => status).toSorted()).toEqual([200, 409])
  const refused = await edit(loser, 'closed')
  expect([refused.status, refused.body.code]).toEqual([409, 'case.taken'])
  expect((await stage.request('POST', `${path}/notes`, { as: loser, body: { text: 'I know them' } })).status).toBe(201)
  expect((await edit(winner, 'working')).body.case).toMatchObject({ state: 'working', assignee: { id: winner.id } })
  expect((await edit(loser, 'open')).body.case).toMatchObject({ state: 'open', assignee: null })
  const closed = await edit(loser, 'closed')
  expect(closed.body).toMatchObject({
    case: { state: 'closed', assignee: { id: loser.id } },
    notes: [{ text: 'I know them', author: { id: loser.id } }],
  })
  expect((await edit(winner, 'working')).body.code).toBe('case.closed')
})

test('somebody appeals once against what concerns them, and another moderator answers', async () => {
  const [jo, kim] = [stage.person('jo'), stage.person('kim')]
  const [one, two] = [stage.moderator('one'), stage.moderator('two')]
  const post = stage.post(jo)
  const { body: act } = await stage.act(one, 'hide_post', post)
  function appeal(as: typeof jo | undefined, text = 'It is mine') {
    return stage.request('POST', '/appeals', { as, body: { actId: act.id, text } })
  }
  const answers = [await appeal(kim), await appeal(undefined), await appeal(jo), await appeal(jo)]
  expect(answers.map(({ status }) => status)).toEqual([404, 404, 204, 204])
  expect((await appeal(jo, 'Really')).body.code).toBe('appeal.made')

  await stage.request('GET', '/moderation/cases', { as: two })
  const open = await stage.request('GET', '/moderation/appeals?state=open', { as: one })
  const { id } = open.body.items.find((item: { id: string }) => item.id === act.id).appeal
  function answer(as: typeof one) {
    const body = { outcome: 'overturned', text: 'You are right' }
    return stage.request('POST', `/moderation/appeals/${id}/answer`, { as, body })
  }
  const own = await answer(one)
  expect([own.status, own.body.code]).toEqual([409, 'appeal.own_act'])
  const both = await Promise.all([answer(two), answer(two)])
  expect(both.map(({ status }) => status).toSorted()).toEqual([204, 409])
  expect((await stage.events(post.id)).map(({ data }) => data.hidden)).toEqual([true, false])
  expect((await stage.events(act.id)).map(({ version, data }) => [version, data.outcome])).toEqual([
    [1, null],
    [2, 'overturned'],
  ])
  const { body } = await stage.request('GET', '/users/me/acts', { as: jo })
  expect(body.items).toMatchObject([
    { kind: 'restore_post' },
    { id: act.id, appeal: { state: 'overturned', answer: 'You are right' } },
  ])
})

test('appeals are read page by page to their end, the latest first', async () => {
  const own = await openStage()
  const [mod, other] = [own.moderator('mod'), own.moderator('other')]
  const people = ['lea', 'max', 'kim'].map((name) => own.person(name))
  const acts = await Promise.all(people.map(async (person) => (await own.act(mod, 'warn', own.account(person))).body))
  // Not in the order in which they were decided.
  for (const index of [2, 0, 1]) {
    await own.request('POST', '/appeals', { as: people[index], body: { actId: acts[index]!.id, text: 'Why?' } })
  }
  const listed = await own.walk('/moderation/appeals', other)
  expect(listed.map(({ id }) => id)).toEqual([1, 0, 2].map((index) => acts[index]!.id))
  await own.stop()
})

test('the only moderator may answer an appeal against what they did', async () => {
  const own = await openStage()
  const [lea, mod] = [own.person('lea'), own.moderator('mod')]
  const { body: act } = await own.act(mod, 'warn', own.account(lea))
  await own.request('POST', '/appeals', { as: lea, body: { actId: act.id, text: 'Why?' } })
  const { body } = await own.request('GET', '/moderation/appeals', { as: mod })
  const path = `/moderation/appeals/${body.items[0].appeal.id}/answer`
  expect((await own.request('POST', path, { as: mod, body: { outcome: 'upheld', text: 'So it is' } })).status).toBe(204)
  await own.stop()
})

test('who cannot sign in for an act appeals by its id; against what was done for them nobody appeals', async () => {
  const [max, mod] = [stage.person('max'), stage.moderator('mod')]
  const { body: ban } = await stage.act(mod, 'ban', stage.account(max))
  const { body: lift } = await stage.act(mod, 'lift', stage.account(max))
  function appeal(actId: string, as?: typeof max) {
    return stage.request('POST', '/appeals', { as, body: { actId, text: 'Sorry' } })
  }
  expect((await appeal(ban.id)).status).toBe(204)
  expect((await appeal(lift.id, max)).body.code).toBe('appeal.not_possible')
  expect((await appeal(newId())).body.code).toBe('act.not_found')
})
