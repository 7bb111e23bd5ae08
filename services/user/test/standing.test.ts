import { type Sanction, events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { beforeAll, expect, test } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

function standing({ id }: Pick<Account, 'id'>, version: number, state: Sanction) {
  const data = { userId: id, state, until: null, reason: 'Spam', actId: newId() }
  return makeEvent(events.accountModerated, { subject: id, version, data })
}

function people(ids: string[]) {
  return user.post('/internal/people', { ids }, { apiToken: user.apiToken })
}

test('who is suspended or banned is told as such once a change, the newest holding in whatever order it comes', async () => {
  const ann = await user.person('ann')
  const told = [standing(ann, 2, 'banned'), standing(ann, 1, 'suspended'), standing(ann, 2, 'banned')]
  for (const event of told) expect(await user.deliver(event)).toBe('SUCCESS')
  expect((await people([ann.id])).body).toMatchObject({ accounts: ['closed'], versions: [2] })
  await user.deliver(standing(ann, 3, 'suspended'))
  await user.deliver(standing(ann, 5, 'open'))
  await user.deliver(standing(ann, 4, 'banned'))
  expect((await people([ann.id])).body).toMatchObject({ accounts: ['open'], versions: [4] })
  const profile = (await user.eventsOf(ann.id)).filter(({ type }) => type === events.profileUpdated.type)
  expect(profile.map(({ version, data }) => [version, (data as { account: string }).account])).toEqual([
    [1, 'open'],
    [2, 'closed'],
    [3, 'closed'],
    [4, 'open'],
  ])
})

test('a change of the profile keeps that it is closed', async () => {
  const bob = await user.person('bob')
  await user.deliver(standing(bob, 1, 'suspended'))
  await user.patch('/api/v1/users/me', { displayName: 'Bob' }, { as: bob })
  expect((await user.eventsOf(bob.id)).at(-1)!.data).toMatchObject({
    account: 'closed',
    person: { displayName: 'Bob' },
  })
})

test('what is told before the profile is there comes again', async () => {
  expect(await user.deliver(standing({ id: newId() }, 1, 'suspended'))).toBe('RETRY')
})

test('who is suspended is nobody to report, but there for a moderator', async () => {
  const [cleo, dora] = [await user.named('cleo', 'Cleo'), await user.person('dora')]
  await user.deliver(standing(dora, 1, 'suspended'))
  async function reportable(viewerId: string | null) {
    const question = { ids: [cleo.id, dora.id, newId()], viewerId }
    const { body } = await user.post('/internal/reportable-people', question, { apiToken: user.apiToken })
    return body.items
  }
  expect(await reportable(newId())).toEqual([
    { id: cleo.id, person: { id: cleo.id, username: 'cleo' }, text: 'Cleo', images: [], postId: null },
  ])
  expect(await reportable(null)).toHaveLength(2)
})

test('whoever blocks somebody cannot be reported by them, and whom one blocks can', async () => {
  const [eve, fay] = [await user.person('eve'), await user.person('fay')]
  await user.put(`/api/v1/users/${fay.id}/block`, { as: eve })
  async function mayReport(viewer: Account, { id }: Account) {
    const question = { ids: [id], viewerId: viewer.id }
    const { body } = await user.post('/internal/reportable-people', question, { apiToken: user.apiToken })
    return body.items.length === 1
  }
  expect([await mayReport(fay, eve), await mayReport(eve, fay)]).toEqual([false, true])
})
