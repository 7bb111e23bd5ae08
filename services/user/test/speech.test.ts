import { beforeAll, expect, test } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

function follow(who: Account, whom: Account) {
  return user.put(`/api/v1/users/${whom.id}/follow`, { as: who })
}

function set(as: Account, change: object) {
  return user.patch('/api/v1/users/me', change, { as })
}

async function named(by: Account, ...people: Account[]): Promise<string[]> {
  const body = { usernames: people.map(({ username }) => username), mentionedBy: by.id }
  const { items } = (await user.post('/internal/people', body, { apiToken: user.apiToken })).body
  return items.map(({ username }: { username: string }) => username)
}

async function onlyFor(writer: Account, author: Account): Promise<string | null> {
  const comments = [{ writerId: writer.id, authorId: author.id, text: 'Hello' }]
  return (await user.post('/internal/judgements', { comments }, { apiToken: user.apiToken })).body.onlyFor[0]
}

test('who may speak to somebody is theirs to say and to see, everybody at first', async () => {
  const [ann, bob] = await user.people('s_ann', 's_bob')
  expect((await user.get('/api/v1/users/me', { as: ann })).body.speech).toEqual({
    commentsBy: 'everybody',
    mentionsBy: 'everybody',
  })
  expect((await set(ann, { commentsBy: 'followers', mentionsBy: 'nobody' })).body.speech).toEqual({
    commentsBy: 'followers',
    mentionsBy: 'nobody',
  })
  expect((await set(ann, { bio: 'Other' })).body.speech).toEqual({ commentsBy: 'followers', mentionsBy: 'nobody' })
  expect((await user.get('/api/v1/users/s_ann', { as: bob })).body).not.toHaveProperty('speech')
  expect((await user.get('/api/v1/users/s_ann')).body).not.toHaveProperty('speech')
  for (const change of [{ commentsBy: 'friends' }, { mentionsBy: null }]) {
    expect([change, (await set(ann, change)).body.code]).toEqual([change, 'request.invalid'])
  }
  const body = { userId: ann.id, section: 'profile', after: null, limit: 1 }
  const { items } = (await user.post('/internal/personal-data', body, { apiToken: user.apiToken })).body
  expect(items).toMatchObject([{ commentsBy: 'followers', mentionsBy: 'nobody' }])
})

test.each([
  ['everybody', { follower: true, followed: true, stranger: true }],
  ['followers', { follower: true, followed: false, stranger: false }],
  ['followed', { follower: false, followed: true, stranger: false }],
  ['nobody', { follower: false, followed: false, stranger: false }],
] as const)('where %s may comment and mention, these do: %j', async (speakers, may) => {
  const names = ['me', 'follower', 'followed', 'stranger'].map((name) => `${name}_${speakers}`)
  const [me, follower, followed, stranger] = (await user.people(...names)) as [Account, Account, Account, Account]
  await follow(follower, me)
  await follow(me, followed)
  await set(me, { commentsBy: speakers, mentionsBy: speakers })
  const people = { follower, followed, stranger }
  for (const [name, is] of Object.entries(may)) {
    const person = people[name as keyof typeof people]
    expect([name, await onlyFor(person, me)]).toEqual([name, is ? null : speakers])
    expect([name, await named(person, me)]).toEqual([name, is ? [me.username] : []])
  }
  expect([await onlyFor(me, me), await named(me, me)]).toEqual([null, [me.username]])
})

test('who is of a block with somebody, or closed, is not mentioned by them, as if nobody had the name', async () => {
  const [me, blocked, blocker, fine] = await user.people('n_me', 'n_blocked', 'n_blocker', 'n_fine')
  await user.put(`/api/v1/users/${blocked.id}/block`, { as: me })
  await user.put(`/api/v1/users/${me.id}/block`, { as: blocker })
  expect(await named(me, blocked, blocker, fine)).toEqual(['n_fine'])
  // By id they are who they are.
  const body = { ids: [blocker.id], usernames: ['n_fine'], mentionedBy: me.id }
  const { items } = (await user.post('/internal/people', body, { apiToken: user.apiToken })).body
  expect(items.map(({ username }: { username: string }) => username).toSorted()).toEqual(['n_blocker', 'n_fine'])
})
