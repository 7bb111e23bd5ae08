import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.stop())

async function casesOf(id: string) {
  const { body } = await stage.request('GET', '/moderation/cases?limit=100', { as: stage.moderator('looks') })
  return body.items.filter((one: { subject: { id: string } }) => one.subject.id === id)
}

test('reports of one subject are one case, and one of each person however often it is said', async () => {
  const [ann, bob, cleo] = [stage.person('ann'), stage.person('bob'), stage.person('cleo')]
  const post = stage.post(cleo)
  for (const reason of ['spam', 'spam', 'hate']) expect((await stage.report(ann, post, reason)).status).toBe(204)
  expect((await stage.report(bob, post, 'hate', 'look at this')).status).toBe(204)
  expect(await casesOf(post.id)).toMatchObject([
    {
      subject: post,
      person: { id: cleo.id, username: 'cleo' },
      state: 'open',
      assignee: null,
      reports: 2,
      reasons: ['spam', 'hate'],
      snapshot: { text: 'post of cleo', images: [expect.stringMatching(/\?grant=/)], postId: post.id },
    },
  ])
  // Whomever the post is for, moderators see the picture: their grant is vouched for.
  const [{ snapshot }] = await casesOf(post.id)
  const [path, grant] = snapshot.images[0].split('?grant=')
  expect(path).toBe(`/media/${post.id}/thumbnail.webp`)
  expect(await stage.grants.read(post.id, grant)).toMatchObject({ isVouched: true })
})

test('many reports at once are one case with each of them', async () => {
  const author = stage.person('author')
  const post = stage.post(author)
  const people = Array.from({ length: 6 }, (_, index) => stage.person(`many_${index}`))
  const answers = await Promise.all([...people, ...people].map((one) => stage.report(one, post)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204))
  expect(await casesOf(post.id)).toMatchObject([{ reports: 6 }])
})

test('what somebody may not see they cannot report, nor what is not there, nor themselves', async () => {
  const [dora, eve, fay] = [stage.person('dora'), stage.person('eve'), stage.person('fay')]
  const hidden = stage.post(dora, fay)
  const gone = stage.comment(dora)
  stage.remove(gone)
  const answers = [
    await stage.report(eve, hidden),
    await stage.report(eve, gone),
    await stage.report(eve, { ...stage.account(dora), kind: 'post' }),
    await stage.report(eve, stage.account(eve)),
    await stage.report(eve, hidden, 'because'),
    await stage.request('POST', '/reports', { body: { subject: hidden, reason: 'spam' } }),
    await stage.without(() => stage.report(eve, hidden)),
  ]
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [404, 'moderation.subject_not_found'],
    [404, 'moderation.subject_not_found'],
    [404, 'moderation.subject_not_found'],
    [422, 'report.self'],
    [422, 'request.invalid'],
    [401, 'auth.token_missing'],
    [503, 'service.unavailable'],
  ])
  expect((await stage.report(fay, hidden)).status).toBe(204)
  expect(await casesOf(hidden.id)).toHaveLength(1)
})

test('nobody makes more reports a day than the cap, not by two at once either, and the answer says when they may again', async () => {
  const [gil, hal] = [stage.person('gil'), stage.person('hal')]
  const posts = Array.from({ length: 8 }, () => stage.post(hal))
  const answers = await Promise.all(posts.map((post) => stage.report(gil, post)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(3)
  expect(refused[0]!.body.code).toBe('report.too_many')
  expect(Number(refused[0]!.headers.get('retry-after'))).toBeGreaterThan(86_000)
  const said = posts[answers.findIndex(({ status }) => status === 204)]!
  // To say it again is no further one.
  expect((await stage.report(gil, said)).status).toBe(204)
  stage.passes(86_401)
  expect((await stage.report(gil, stage.post(hal))).status).toBe(204)
})

test('when a case is closed, what is reported of its subject begins another one', async () => {
  const [ida, jo, mod] = [stage.person('ida'), stage.person('jo'), stage.moderator('mod')]
  const comment = stage.comment(jo)
  await stage.report(ida, comment)
  const [first] = await casesOf(comment.id)
  await stage.request('PATCH', `/moderation/cases/${first.id}`, { as: mod, body: { state: 'closed' } })
  await stage.report(ida, comment)
  expect((await casesOf(comment.id)).map((one: { state: string }) => one.state)).toEqual(['open', 'closed'])
})

test('who has reported is in no answer but to moderators', async () => {
  const [kim, lea, mod] = [stage.person('kim'), stage.person('lea_reported'), stage.moderator('mod')]
  const post = stage.post(lea)
  await stage.report(kim, post, 'theft', 'this is mine')
  const [found] = await casesOf(post.id)
  await stage.act(mod, 'hide_post', post, { caseId: found.id })
  const own = await stage.request('GET', '/users/me/acts', { as: lea })
  expect(own.body.items).toMatchObject([{ kind: 'hide_post', reason: 'Against the rules' }])
  const text = JSON.stringify(own.body)
  for (const secret of [kim.id, 'kim', 'this is mine', mod.id, found.id]) expect(text).not.toContain(secret)
  const told = JSON.stringify(await stage.sql('select data from outbox'))
  for (const secret of [kim.id, 'this is mine', mod.id]) expect(told).not.toContain(secret)
  const detail = await stage.request('GET', `/moderation/cases/${found.id}`, { as: mod })
  expect(detail.body.reports).toMatchObject([{ reporter: { id: kim.id, username: 'kim' }, text: 'this is mine' }])
})

test('without the scope the queue, a case, an account, appeals and the audit log are not for anybody', async () => {
  const nora = stage.person('nora')
  const id = stage.post(nora).id
  const requests: [string, string, unknown?][] = [
    ['GET', '/moderation/cases'],
    ['GET', `/moderation/cases/${id}`],
    ['PATCH', `/moderation/cases/${id}`, { state: 'closed' }],
    ['POST', `/moderation/cases/${id}/notes`, { text: 'note' }],
    ['POST', '/moderation/acts', { kind: 'hide_post', subject: { kind: 'post', id }, reason: 'mine' }],
    ['GET', `/moderation/accounts/${nora.id}`],
    ['GET', '/moderation/appeals'],
    ['POST', `/moderation/appeals/${id}/answer`, { outcome: 'upheld', text: 'no' }],
    ['GET', '/moderation/audit'],
  ]
  for (const [method, path, body] of requests) {
    expect([path, (await stage.request(method, path, { as: nora, body })).status]).toEqual([path, 403])
    expect([path, (await stage.request(method, path, { body })).status]).toEqual([path, 401])
  }
})

test('the queue is filtered by state, kind and reason, and goes on page by page', async () => {
  const own = await openStage()
  const [ola, pat, mod] = [own.person('ola'), own.person('pat'), own.moderator('mod')]
  const [post, comment, account] = [own.post(pat), own.comment(pat), own.account(pat)]
  await own.report(ola, post, 'spam')
  await own.report(ola, comment, 'hate')
  await own.report(ola, account, 'hate')
  async function kinds(filter: string) {
    const { body } = await own.request('GET', `/moderation/cases?${filter}`, { as: mod })
    return body.items.map((one: { subject: { kind: string } }) => one.subject.kind)
  }
  expect(await kinds('')).toEqual(['account', 'comment', 'post'])
  expect(await kinds('reason=hate')).toEqual(['account', 'comment'])
  expect(await kinds('kind=post&state=open')).toEqual(['post'])
  expect(await kinds('state=closed')).toEqual([])
  const first = await own.request('GET', '/moderation/cases?limit=2', { as: mod })
  const next = `/moderation/cases?limit=2&cursor=${first.body.nextCursor}`
  expect((await own.request('GET', next, { as: mod })).body).toMatchObject({
    items: [{ subject: post }],
    nextCursor: null,
  })
  expect((await own.request('GET', `${next}&kind=post`, { as: mod })).body.code).toBe('cursor.invalid')
  await own.stop()
})
