import { setTimeout } from 'node:timers/promises'
import type { InferEntity } from '@mikro-orm/core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { bump, counterSql, dropCounts, foldCounters, readCounts } from '../src/counters.ts'
import { deadLetterSql, postgresDeadLetters } from '../src/dead-letters-postgres.ts'
import { newId } from '../src/id.ts'
import { inboxSql, once, pruneInbox } from '../src/inbox.ts'
import { MigrateError } from '../src/migrate.ts'
import {
  createOrm,
  defineEntity,
  isUniqueViolation,
  Migration,
  p,
  postgresCheck,
  query,
  runMigrations,
} from '../src/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../src/testing.ts'

const Note = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: {
    id: p.uuid().primary(),
    text: p.string().columnType('text'),
    version: p.integer().version(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
})
type Note = InferEntity<typeof Note>

class Start extends Migration {
  override up(): void {
    for (const sql of [...counterSql, ...inboxSql, ...deadLetterSql]) this.addSql(sql)
    this.addSql(
      'create table note (id uuid primary key, text text not null unique, version int not null default 1, created_at timestamptz not null)',
    )
  }
}

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase({ service: 'postgres', entities: [Note], migrations: [Start], poolMax: 20 })
})
afterAll(() => db.drop())
beforeEach(async () => {
  await query(db.orm.em.fork(), 'truncate note, counter, counter_delta, inbox, dead_letter')
})

test('entities and raw queries share the transaction, and nobody else sees it', async () => {
  await db.orm.em.fork().transactional(async (em) => {
    const note: Note = em.create(Note, { id: newId(), text: 'x' })
    await em.flush()
    const [row] = await query<{ version: number }>(em, 'select version from note where id = any(?::uuid[])', [
      [note.id],
    ])
    expect(row).toEqual({ version: 1 })
    expect(await query(db.orm.em.fork(), 'select 1 from note')).toEqual([])
    await em
      .transactional(async (inner) => {
        await query(inner, "update note set text = 'y'")
        throw new Error('back to the savepoint')
      })
      .catch(() => {})
    expect(await query(em, 'select text from note')).toEqual([{ text: 'x' }])
  })
})

test('values are bound, whatever they hold, and question marks in quotes stay', async () => {
  const evil = `'; drop table note; -- ? $1 \\ "`
  const [row] = await query(
    db.orm.em.fork(),
    `select ?::text as a, '?' as b, ?::jsonb \\? 'k' as c, "text" as d from (select 1 as "text") t -- ?`,
    [evil, JSON.stringify({ k: 1 })],
  )
  expect(row).toEqual({ a: evil, b: '?', c: true, d: 1 })
})

test('unique violations are known from entities and from raw queries', async () => {
  const em = db.orm.em.fork()
  em.create(Note, { id: newId(), text: 'x' })
  await em.flush()
  const second = db.orm.em.fork()
  second.create(Note, { id: newId(), text: 'x' })
  const error: unknown = await second.flush().catch((thrown: unknown) => thrown)
  expect(isUniqueViolation(error)).toBe(true)
  expect(isUniqueViolation(error, 'note_text_key')).toBe(true)
  expect(isUniqueViolation(error, 'note_pkey')).toBe(false)
  const raw: unknown = await query(
    db.orm.em.fork(),
    "insert into note values (gen_random_uuid(), 'x', 1, now())",
  ).catch((thrown: unknown) => thrown)
  expect(isUniqueViolation(raw, 'note_text_key')).toBe(true)
  expect(isUniqueViolation(new Error('other'))).toBe(false)
})

test('migrations started by several at once run once', async () => {
  await query(db.orm.em.fork(), 'create schema other')
  class Again extends Migration {
    override readonly name = '0002-again'
    override up(): void {
      this.addSql('create table again (id int)')
    }
  }
  const orms = Array.from({ length: 4 }, () =>
    createOrm({ url: db.url, entities: [], migrations: [Start, Again], service: 'migrate' }),
  )
  const done = await Promise.all(orms.map((orm) => runMigrations(orm)))
  await Promise.all(orms.map((orm) => orm.close()))
  expect(done.flat()).toEqual(['0002-again'])
})

test('a migration that fails is undone and named; those before it stay, those after it do not run', async () => {
  class Good extends Migration {
    override readonly name = '0003-good'
    override up(): void {
      this.addSql('create table good (id int)')
    }
  }
  class Bad extends Migration {
    override readonly name = '0004-bad'
    override up(): void {
      this.addSql('create table bad (id int)')
      this.addSql('alter table nowhere add column x int')
    }
  }
  class Later extends Migration {
    override readonly name = '0005-later'
    override up(): void {
      this.addSql('create table later (id int)')
    }
  }
  const orm = createOrm({
    url: db.url,
    entities: [],
    migrations: [Start, Good, Bad, Later],
    service: 'x',
    migrates: true,
  })
  const failure: unknown = await runMigrations(orm).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(MigrateError)
  expect((failure as Error).message).toBe('migration 0004-bad failed: relation "nowhere" does not exist (42P01)')
  const tables = "select to_regclass('good') as good, to_regclass('bad') as bad, to_regclass('later') as later"
  expect(await query(orm.em.fork(), tables)).toEqual([{ good: 'good', bad: null, later: null }])
  await orm.close()
})

test('a migration waits for a lock without holding up the queries behind it, and takes as long as it needs', async () => {
  class Widen extends Migration {
    override readonly name = '0006-widen'
    override up(): void {
      this.addSql('alter table note add column extra text')
      this.addSql('select pg_sleep(0.1)')
    }
  }
  const orm = createOrm({ url: db.url, entities: [], migrations: [Start, Widen], service: 'x', migrates: true })
  const [settings] = await query(
    orm.em.fork(),
    "select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock",
  )
  expect(settings).toEqual({ statement: '0', lock: '5s' })
  const lines: string[] = []
  const gate = Promise.withResolvers<void>()
  const reader = db.orm.em.fork().transactional(async (em) => {
    await query(em, 'select 1 from note')
    await gate.promise
  })
  const migrated = runMigrations(orm, (line) => {
    lines.push(line)
    gate.resolve()
  })
  // Queued behind the migration, which lets go before the query's own time is over.
  await setTimeout(500)
  expect(await query(db.orm.em.fork(), 'select 1 from note')).toEqual([])
  await reader
  expect(await migrated).toEqual(['0006-widen'])
  expect(lines).toEqual([expect.stringContaining('migration 0006-widen waits for a lock')])
  await orm.close()
}, 20_000)

test('what the URL says of TLS counts', async () => {
  const url = new URL(db.url)
  for (const [mode, answer] of [
    ['disable', /^fine$/],
    ['no-verify', /does not support SSL/],
  ] as const) {
    url.searchParams.set('sslmode', mode)
    const orm = createOrm({ url: url.href, entities: [], service: 'x' })
    const said = await postgresCheck(orm)().then(
      () => 'fine',
      (error: unknown) => String(error),
    )
    expect(said).toMatch(answer)
    await orm.close()
  }
})

test('the readiness check fails when the database cannot be reached', async () => {
  await postgresCheck(db.orm)()
  const nowhere = createOrm({ url: 'postgres://x:y@127.0.0.1:1/z', entities: [], service: 'nowhere' })
  await expect(postgresCheck(nowhere)()).rejects.toThrow(/ECONNREFUSED/)
  await nowhere.close()
})

test('counts are exact at every moment while they are bumped and folded side by side', async () => {
  const subjects = Array.from({ length: 5 }, newId)
  const bumping = new AbortController()
  const folders = Array.from({ length: 3 }, async () => {
    let folded = 0
    while (!bumping.signal.aborted) folded += await foldCounters(db.orm.em.fork(), 7)
    return folded
  })
  // One subject is never decremented: whoever reads must never see it shrink.
  let last = 0
  const reader = (async () => {
    while (!bumping.signal.aborted) {
      const counts = await readCounts(db.orm.em.fork(), [subjects[0]!], ['likes'])
      const { likes } = counts.get(subjects[0]!)!
      expect(likes).toBeGreaterThanOrEqual(last)
      last = likes
    }
  })()
  await Promise.all(
    Array.from({ length: 10 }, async (_, writer) => {
      for (let i = 0; i < 40; i += 1) {
        await db.orm.em.fork().transactional(async (em) => {
          await bump(em, subjects[0]!, 'likes', 1)
          await bump(em, subjects[(writer + i) % 5]!, 'comments', i % 2 === 0 ? 3 : -1)
        })
      }
    }),
  )
  bumping.abort()
  const folded = await Promise.all(folders)
  await reader
  expect(folded.reduce((sum, n) => sum + n, 0)).toBeGreaterThan(0)
  const before = await readCounts(db.orm.em.fork(), subjects, ['likes', 'comments'])
  while ((await foldCounters(db.orm.em.fork())) > 0);
  const after = await readCounts(db.orm.em.fork(), subjects, ['likes', 'comments'])
  expect(after).toEqual(before)
  expect(after.get(subjects[0]!)!.likes).toBe(400)
  expect([...after.values()].reduce((sum, { comments }) => sum + comments, 0)).toBe(10 * 20 * 2)
  expect(await query(db.orm.em.fork(), 'select 1 from counter_delta')).toEqual([])
})

test('an unknown subject has zeros, a bump that rolls back counts nothing, dropped counts are gone', async () => {
  const id = newId()
  await db.orm.em
    .fork()
    .transactional(async (em) => {
      await bump(em, id, 'likes', 1)
      throw new Error('no')
    })
    .catch(() => {})
  expect(await readCounts(db.orm.em.fork(), [id], ['likes'])).toEqual(new Map([[id, { likes: 0 }]]))
  expect(await readCounts(db.orm.em.fork(), [], ['likes'])).toEqual(new Map())
  await db.orm.em.fork().transactional((em) => bump(em, id, 'likes', 2))
  await foldCounters(db.orm.em.fork())
  await db.orm.em.fork().transactional((em) => bump(em, id, 'likes', 2))
  await db.orm.em.fork().transactional((em) => dropCounts(em, [id]))
  expect((await readCounts(db.orm.em.fork(), [id], ['likes'])).get(id)).toEqual({ likes: 0 })
})

test('an event is handled once, also when it comes twice at once; a failed one again', async () => {
  const event = { source: '/services/post', id: newId() }
  let handled = 0
  const results = await Promise.all(
    Array.from({ length: 8 }, () =>
      once(db.orm.em.fork(), event, async (em) => {
        handled += 1
        await query(em, "insert into note values (gen_random_uuid(), 'once', 1, now())")
      }),
    ),
  )
  expect(results.filter(Boolean)).toHaveLength(1)
  expect(handled).toBe(1)

  const failing = { source: '/services/post', id: newId() }
  await expect(
    once(db.orm.em.fork(), failing, async () => {
      throw new Error('no')
    }),
  ).rejects.toThrow('no')
  expect(await once(db.orm.em.fork(), failing, async () => {})).toBe(true)
  expect(await once(db.orm.em.fork(), { ...failing, source: '/services/user' }, async () => {})).toBe(true)
  expect(await pruneInbox(db.orm.em.fork(), 1)).toBe(0)
})

test('dead letters are kept once, taken by one, and stay when the work fails', async () => {
  const store = postgresDeadLetters(db.orm)
  const letter = {
    id: 'l1',
    topic: 'note',
    source: '/services/post',
    eventId: 'e1',
    type: 't',
    body: '{"a":1}\u0000',
    reason: 'first',
    receivedAt: '2026-11-23T07:00:00.000Z',
  }
  await store.add(letter)
  await store.add({ ...letter, reason: null })
  expect(await store.list(10)).toEqual([{ ...letter, body: '{"a":1}\ufffd' }])
  await expect(
    store.take('l1', async () => {
      throw new Error('still broken')
    }),
  ).rejects.toThrow('still broken')
  const gate = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const first = store.take('l1', async () => {
    held.resolve()
    await gate.promise
  })
  await held.promise
  expect(await store.take('l1', async () => {})).toBe(false)
  gate.resolve()
  expect(await first).toBe(true)
  expect(await store.list(10)).toEqual([])
  expect(await store.take('l1', async () => {})).toBe(false)
})
