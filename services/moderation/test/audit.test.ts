import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
beforeEach(async () => {
  stage = await openStage()
})
afterEach(() => stage.stop())

async function actSomeTimes(times = 3) {
  const [ann, mod] = [stage.person('ann'), stage.moderator('mod')]
  for (let index = 0; index < times; index++) {
    await stage.act(mod, index % 2 === 0 ? 'ban' : 'lift', stage.account(ann), { reason: `Nº ${index} "ü" <\u2028>` })
  }
  return { ann, mod }
}

/** As somebody does who may do anything in the database. */
async function tamper(sql: string) {
  await stage.sql(`alter table audit_entry disable trigger all`)
  await stage.sql(sql)
  await stage.sql(`alter table audit_entry enable trigger all`)
}

test('each act is on record: who, what, why, before and after', async () => {
  const { ann, mod } = await actSomeTimes(2)
  const { body } = await stage.request('GET', '/moderation/audit', { as: mod })
  expect(body.items).toMatchObject([
    {
      sequence: 2,
      actor: { id: mod.id, username: 'mod' },
      action: 'lift',
      subject: { kind: 'account', id: ann.id },
      before: { state: 'banned' },
      after: { state: 'open' },
    },
    { sequence: 1, action: 'ban', reason: 'Nº 0 "ü" <\u2028>', before: { state: 'open' }, after: { state: 'banned' } },
  ])
  expect(await stage.verify()).toEqual({ entries: 2, head: body.items[0].hash, fault: null })
  expect(await stage.walk('/moderation/audit', mod)).toEqual(body.items)
})

test('the database refuses to change, delete or empty it', async () => {
  await actSomeTimes(1)
  for (const sql of [
    `update audit_entry set record = jsonb_set(record, '{action}', '"warn"')`,
    'delete from audit_entry',
    'truncate audit_entry',
  ]) {
    await expect(stage.sql(sql)).rejects.toThrow(/only added to/)
  }
  expect((await stage.verify()).entries).toBe(1)
})

test('an entry that was edited is found, and named', async () => {
  await actSomeTimes(4)
  await tamper(`update audit_entry set record = jsonb_set(record, '{actorId}', '"somebody"') where sequence = 2`)
  expect((await stage.verify()).fault).toEqual({ sequence: 2, what: 'changed' })
})

test('so is a reason that was edited, and one that is gone is not a fault', async () => {
  await actSomeTimes(4)
  await stage.sql('delete from audit_reason where sequence = 2')
  expect((await stage.verify()).fault).toBeNull()
  await stage.sql(`update audit_reason set text = 'He asked for it' where sequence = 3`)
  expect((await stage.verify()).fault).toEqual({ sequence: 3, what: 'changed' })
})

test('so is one that is deleted', async () => {
  await actSomeTimes(4)
  await tamper('delete from audit_entry where sequence = 3')
  expect((await stage.verify()).fault).toEqual({ sequence: 3, what: 'missing' })
})

test('so is one that is deleted with the numbers after it closed up', async () => {
  await actSomeTimes(4)
  await tamper('delete from audit_entry where sequence = 2')
  await tamper('update audit_entry set sequence = sequence - 1 where sequence = 3')
  await tamper('update audit_entry set sequence = sequence - 1 where sequence = 4')
  expect((await stage.verify()).fault).toEqual({ sequence: 2, what: 'changed' })
})

test('so are two that changed places', async () => {
  await actSomeTimes(4)
  await tamper('update audit_entry set sequence = -2 where sequence = 2')
  await tamper('update audit_entry set sequence = 2 where sequence = 3')
  await tamper('update audit_entry set sequence = 3 where sequence = -2')
  expect((await stage.verify()).fault).toEqual({ sequence: 2, what: 'changed' })
})

test('that its end was cut off is found by a head from before', async () => {
  await actSomeTimes(4)
  const { head } = await stage.verify()
  await tamper('delete from audit_entry where sequence > 2')
  expect((await stage.verify()).fault).toBeNull()
  expect((await stage.verify(head)).fault).toEqual({ sequence: 3, what: 'head_not_found' })
})

test('the command asks by the internal route', async () => {
  await actSomeTimes(1)
  const answer = await stage.request('POST', '/internal/audit/verify', { api: false, body: {} })
  expect(answer.body).toMatchObject({ entries: 1, fault: null })
})

test('what is undone leaves no entry', async () => {
  const [bob, mod] = [stage.person('bob'), stage.moderator('mod')]
  await stage.act(mod, 'lift', stage.account(bob))
  expect((await stage.verify()).entries).toBe(0)
})
