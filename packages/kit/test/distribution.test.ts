import { afterEach, expect, test } from 'vitest'
import { counterDistribution, counterKeySql, counterSql, foldCounters } from '../src/counters.ts'
import { type Distribution, distribute } from '../src/distribution.ts'
import { Migration, query } from '../src/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../src/testing.ts'
import { findSchemaFaults } from '../src/testing-distribution.ts'

class Shelves extends Migration {
  override name = 'shelves'
  override isTransactional(): boolean {
    return false
  }
  override up(): void {
    // Twice, as after an end between the last statement and its record.
    for (const sql of [...counterSql, ...counterKeySql, ...counterKeySql]) this.addSql(sql)
    this.addSql('create table shelf (id int primary key, room int not null)')
    this.addSql('create table book (shelf_id int not null references shelf, title text, primary key (shelf_id, title))')
    this.addSql('create table language (code text primary key)')
  }
}

const distribution = distribute(
  {
    tables: {
      shelf: { by: 'id', of: 'shelf' },
      book: { by: 'shelf_id', of: 'shelf' },
      language: { everywhere: 'few' },
    },
    allShards: { rooms: { why: 'whoever looks for a room has no shelf yet' } },
  },
  counterDistribution('shelf'),
)

let db: TestDatabase
async function open(): Promise<TestDatabase> {
  db = await createTestDatabase({ service: 'shelves', entities: [], migrations: [Shelves], distribution })
  return db
}
// A second time it only says again what it found.
afterEach(() => db.drop().catch(() => {}))

async function faultsAfter(sql: string, spread: Distribution = distribution): Promise<string[]> {
  const { orm } = await open()
  if (sql !== '') await query(orm.em.fork(), sql)
  return findSchemaFaults(orm.em.fork(), spread)
}

test('a schema whose keys hold what its tables are spread by has no fault', async () => {
  expect(await faultsAfter('')).toEqual([])
})

test.each([
  ['create unique index shelf_room on shelf (room)', 'shelf_room is unique without id'],
  ['create unique index shelf_room on shelf (room) include (id)', 'shelf_room is unique without id'],
  ['alter table book drop constraint book_pkey, add primary key (title)', 'book_pkey is unique without shelf_id'],
  ['create table attic (box int)', 'nothing says where the rows of attic live'],
  ['drop table language', 'language is said to be somewhere, and is not there'],
  ['alter table book rename column shelf_id to place', 'book has no shelf_id'],
  [
    'alter table language add column shelf_id int references shelf',
    'language_shelf_id_fkey of language refers to shelf, whose rows may be on another node',
  ],
  [
    'alter table shelf add column next int references shelf',
    'shelf_next_fkey of shelf refers to shelf, whose rows may be on another node',
  ],
  [
    'create trigger quiet before update on shelf for each row execute function suppress_redundant_updates_trigger()',
    'shelf has the trigger quiet',
  ],
])('%s is a fault', async (sql, fault) => {
  expect(await faultsAfter(sql)).toContain(fault)
})

test('tables of different things are not beside each other, though their keys are alike', async () => {
  const tables = { ...distribution.tables, book: { by: 'shelf_id', of: 'reader' } }
  expect(await faultsAfter('', { ...distribution, tables })).toEqual([
    'book_shelf_id_fkey of book refers to shelf, whose rows may be on another node',
  ])
})

test('a statement that asks all shards, and does not say so, is told of at the end', async () => {
  const { orm, drop } = await open()
  await query(orm.em.fork(), 'select * from shelf where room = ?', [1])
  await expect(drop()).rejects.toThrow('shelf is not asked by id: select * from shelf where room = $1')
})

test('one that says so with a reason is not; nor is one of a test, or of kit', async () => {
  const { orm, drop } = await open()
  await query(orm.em.fork(), '/* all shards: rooms */ select * from shelf where room = ?', [1])
  await query(orm.em.fork(), '/* test */ select * from shelf')
  await foldCounters(orm.em.fork())
  await drop()
})

test('one that says so, and would be refused, must say what instead', async () => {
  const { orm, drop } = await open()
  await query(orm.em.fork(), '/* all shards: rooms */ select * from shelf order by room limit 1 for update')
  await expect(drop()).rejects.toThrow('rows of shelf are locked for several id at once, and nothing says what instead')
})

test('one that says so without a reason, or without need, is', async () => {
  const { orm, drop } = await open()
  await query(orm.em.fork(), '/* all shards: attics */ select * from shelf')
  await query(orm.em.fork(), '/* all shards: rooms */ select * from shelf where id = ?', [1])
  const error = await drop().then(
    () => '',
    (thrown: unknown) => String(thrown),
  )
  expect(error).toContain('no reason is given for "all shards: attics"')
  expect(error).toContain('it says "all shards: rooms" and asks by a key')
})
