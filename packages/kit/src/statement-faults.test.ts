import { beforeAll, describe, expect, test } from 'vitest'
import type { Distribution } from './distribution.ts'
import { findStatementFaults, loadParser } from './statement-faults.ts'

const distribution: Distribution = {
  tables: {
    shelf: { by: 'id', of: 'shelf' },
    book: { by: 'shelf_id', of: 'shelf' },
    reader: { by: 'id', of: 'reader' },
    language: { everywhere: 'few' },
    ledger: { local: 'one' },
  },
  allShards: {},
}
const columns = new Map(
  Object.entries({
    shelf: ['id', 'room'],
    book: ['shelf_id', 'title', 'reader_id'],
    reader: ['id', 'name'],
    language: ['code'],
    ledger: ['line'],
    attic: ['box'],
  }).map(([table, names]) => [table, new Set(names)]),
)

function faultsOf(sql: string): string[] {
  const { unkeyed, refused } = findStatementFaults(sql, { distribution, columns })
  return [...unkeyed, ...refused]
}

beforeAll(loadParser)

describe('a statement keeps to its shards', () => {
  test.each([
    'select * from shelf where id = $1',
    'select * from shelf s where room > 3 and s.id = $1::uuid',
    'select * from shelf where id = any($1::uuid[]) order by room limit 3',
    'select * from shelf where id in ($1, $2)',
    'select * from shelf s join book b on b.shelf_id = s.id where s.id = $1 for update of s',
    'select * from shelf s left join book b on b.shelf_id = s.id and b.title = $2 where s.id = any($1)',
    'select *, (select count(*) from book where shelf_id = shelf.id) from shelf where id = $1',
    'select id from shelf where id = $1 and exists (select from book b where b.shelf_id = id)',
    'select title from book where shelf_id = $1 union all select room::text from shelf where id = any($2)',
    'with one as (select id from reader where id = $1) select title from book where shelf_id = $2 and reader_id in (select id from one)',
    'select * from book join language on code = title where shelf_id = $1',
    'select count(*) from ledger',
    'select * from shelf s join book b on b.shelf_id = $1 where s.id = $1',
    'insert into book (shelf_id, title) select unnest($1::uuid[]), $2 on conflict do nothing',
    'insert into book as b (shelf_id, title) values ($1, $2) on conflict (shelf_id) do update set title = b.title || excluded.title',
    'update book set title = $2 where shelf_id = $1 returning title',
    'delete from book where shelf_id = $1 and title in (select title from book where shelf_id = $1 limit 10)',
    'with gone as (delete from book where shelf_id = $1 returning *) update shelf set room = 1 where id = $1',
    'with made as (insert into ledger values (1) returning line) select count(*) from made',
    'select pg_advisory_xact_lock(1)',
    'select relname from pg_class',
    'begin',
  ])('%s', (sql) => expect(faultsOf(sql)).toEqual([]))
})

describe('a statement does not keep to its shards', () => {
  test.each([
    ['select * from shelf', 'shelf is not asked by id'],
    ['select * from shelf where room = $1', 'shelf is not asked by id'],
    ['select * from shelf where id > $1', 'shelf is not asked by id'],
    ['select * from shelf where id <> $1', 'shelf is not asked by id'],
    ['select * from shelf where id = $1 or room = $2', 'shelf is not asked by id'],
    ['select * from shelf where id = all($1)', 'shelf is not asked by id'],
    ['select * from shelf where id is not distinct from $1', 'shelf is not asked by id'],
    [
      'select *, exists (select from book b where b.shelf_id = shelf.id and b.shelf_id = $1) from shelf',
      'shelf is not asked by id',
    ],
    [
      'select * from shelf where room = 1 or exists (select from book where shelf_id = shelf.id and shelf.id = $1)',
      'shelf is not asked by id',
    ],
    ['select * from shelf s left join book b on b.shelf_id = s.id and s.id = $1', 'shelf is not asked by id'],
    ['select * from shelf where not id = $1', 'shelf is not asked by id'],
    ['select * from shelf where id = room', 'shelf is not asked by id'],
    ['select * from shelf where id = (select shelf_id from book where shelf_id = $1)', 'shelf is not asked by id'],
    ['select * from shelf where id in (select shelf_id from book where shelf_id = $1)', 'shelf is not asked by id'],
    ['select 1 union select 2 from shelf', 'shelf is not asked by id'],
    ['select exists (select from shelf where room = 1)', 'shelf is not asked by id'],
    ['select * from (select * from shelf) s where s.id = $1', 'shelf is not asked by id'],
    ['select s.id from unnest($1::uuid[]) t (id) join shelf s on s.id = t.id', 'shelf is not asked by id'],
    [
      'with gone as (delete from shelf where room = $1 returning id) select count(*) from gone',
      'shelf is not asked by id',
    ],
    ['update shelf set room = $1', 'shelf is not asked by id'],
    ['delete from shelf using book where book.shelf_id = $1', 'shelf is not asked by id'],
    ['insert into ledger (line) select room from shelf', 'shelf is not asked by id'],
    ['insert into shelf (room) values (1)', 'shelf gets a row without id'],
    ['update shelf set id = $1 where id = $2', 'shelf gets another id'],
    ['select * from shelf where id = any($1) for update', 'rows of shelf are locked for several id at once'],
    [
      'select *, exists (select from reader r where r.id = $2 and r.name = title) from book where shelf_id = $1',
      'book and reader are joined and not co-located',
    ],
    ['select * from book join reader on id = shelf_id where id = $1', 'book and reader are joined and not co-located'],
    ['select * from shelf a, shelf b where a.id = $1 and b.id = $2', 'shelf and shelf are joined and not co-located'],
    [
      'select * from unnest($1::uuid[]) t (id) cross join lateral (select * from book where shelf_id = t.id limit 3) b',
      'book is asked once for each row of something else',
    ],
    [
      'with s as (select id from shelf) select (select count(*) from book b where b.shelf_id = s.id) from s',
      'book is asked once for each row of something else',
    ],
    [
      'with gone as (delete from book where shelf_id = any($1) returning *) select count(*) from gone',
      'rows of several shards are changed in a "with"',
    ],
    ['select * from attic', 'nothing says where the rows of attic live'],
  ])('%s', (sql, fault) => expect(faultsOf(sql)).toContain(fault))
})

test('that all shards are asked is one thing, what Citus refuses another', () => {
  const spread = { distribution, columns }
  expect(
    findStatementFaults('select * from shelf s join book b on b.shelf_id = s.id order by room limit 3', spread),
  ).toEqual({
    unkeyed: ['shelf is not asked by id', 'book is not asked by shelf_id'],
    refused: [],
  })
  expect(findStatementFaults('select * from shelf order by room limit 3 for update', spread)).toEqual({
    unkeyed: ['shelf is not asked by id'],
    refused: ['rows of shelf are locked for several id at once'],
  })
  expect(
    findStatementFaults('select *, (select count(*) from book where shelf_id = shelf.id) from shelf', spread).refused,
  ).toEqual([])
})
