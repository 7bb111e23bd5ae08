import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { eraseForgotten, forgetEvents, forgottenSql } from '../src/forget-events.ts'
import { emitAll, outboxSequenceSql, outboxSql } from '../src/outbox.ts'
import { Migration, query } from '../src/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../src/testing.ts'

class Start extends Migration {
  override up(): void {
    for (const sql of [...outboxSql, ...outboxSequenceSql, ...forgottenSql]) this.addSql(sql)
  }
}

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase({ service: 'forget', entities: [], migrations: [Start] })
})
afterAll(() => db.drop())
beforeEach(() => query(db.orm.em.fork(), 'truncate outbox, forgotten'))

const made = { type: 'daguerre.note.made.v1' }
const gone = { type: 'daguerre.note.gone.v1' }

function write(...events: [subject: string, version: number, type?: string][]) {
  return db.orm.em.fork().transactional((em) =>
    emitAll(
      em,
      events.map(([subject, version, type = made.type]) => ({ topic: 'note', type, subject, version, data: {} })),
    ),
  )
}

function forget(...which: Parameters<typeof forgetEvents>[1][number][]) {
  return db.orm.em.fork().transactional((em) => forgetEvents(em, which))
}

async function left(): Promise<string[]> {
  const rows = await query<{ what: string }>(
    db.orm.em.fork(),
    `select subject || ' ' || version as what from outbox order by subject, version`,
  )
  return rows.map(({ what }) => what)
}

function nextPass() {
  return query(db.orm.em.fork(), `update forgotten set due_at = now() - interval '1 second'`)
}

test('of what is gone only the event that says so stays, published or not, and others are untouched', async () => {
  await write(['a', 1], ['a', 2], ['a', 3, gone.type], ['b', 1])
  await query(db.orm.em.fork(), `update outbox set published_at = now() where version = 1`)
  await forget({ subject: 'a', keep: [gone] })
  expect(await eraseForgotten(db.orm.em.fork())).toBe(2)
  expect(await left()).toEqual(['a 3', 'b 1'])
})

test('older versions alone can be forgotten', async () => {
  await write(['a', 1], ['a', 2], ['a', 3])
  await forget({ subject: 'a', below: 3 })
  await eraseForgotten(db.orm.em.fork())
  expect(await left()).toEqual(['a 3'])
})

test('a colon at the end stands for all subjects that begin so, and for nothing else', async () => {
  await write(['a:1', 1], ['a:2', 7], ['a', 1], ['ab:1', 1], ['a%:1', 1])
  await forget({ subject: 'a:' })
  await eraseForgotten(db.orm.em.fork())
  expect(await left()).toEqual(['a 1', 'a%:1 1', 'ab:1 1'])
})

test('of very much no statement takes more than its share, and all of it goes', async () => {
  await write(
    ...Array.from({ length: 5 }, (_, index): [string, number] => [`a:${index}`, 1]),
    ['b', 1],
    ['b', 2],
    ['b', 3],
    ['c', 1],
  )
  await forget({ subject: 'a:' }, { subject: 'b' })
  expect(await eraseForgotten(db.orm.em.fork(), undefined, 2)).toBe(8)
  expect(await left()).toEqual(['c 1'])
})

test('what was being published during the first pass goes with the second, after which nothing is left to do', async () => {
  await write(['a', 1])
  await forget({ subject: 'a' })
  await db.orm.em.fork().transactional(async (relay) => {
    await query(relay, 'select 1 from outbox for update')
    expect(await eraseForgotten(db.orm.em.fork())).toBe(0)
  })
  expect(await left()).toEqual(['a 1'])
  await nextPass()
  expect(await eraseForgotten(db.orm.em.fork())).toBe(1)
  expect(await query(db.orm.em.fork(), 'select 1 from forgotten')).toEqual([])
})

test('an event that is written late goes as well, and a deletion that was not committed forgets nothing', async () => {
  await forget({ subject: 'a' })
  await eraseForgotten(db.orm.em.fork())
  await write(['a', 1], ['b', 1])
  await expect(
    db.orm.em.fork().transactional(async (em) => {
      await forgetEvents(em, [{ subject: 'b' }])
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  await nextPass()
  await eraseForgotten(db.orm.em.fork())
  expect(await left()).toEqual(['b 1'])
})
