import { expect, test } from 'vitest'
import { findUnsafe, findUnsafeMigrations, readMigration } from './migration-safety.ts'

const file = 'services/x/src/migrations/1.ts'

test.each([
  ['drop table note', 'drops'],
  ['DROP TABLE IF EXISTS "note" CASCADE', 'drops'],
  ['drop view recent', 'drops'],
  ['drop function fold()', 'drops'],
  ['drop type state', 'drops'],
  ['drop index note_author', 'drops an index under a lock'],
  ['alter table note drop column text', 'drops'],
  ['alter table note drop text', 'drops'],
  ['alter table only public.note add column a int, drop column if exists b', 'drops'],
  ['alter table note drop constraint note_text_key', 'drops'],
  ['alter table note alter column text drop default', 'drops'],
  ['alter table note rename to notes', 'renames'],
  ['alter table note rename column text to body', 'renames'],
  ['alter index note_author rename to note_by', 'renames'],
  [`alter type state rename value 'a' to 'b'`, 'renames'],
  ['alter table note alter column text type varchar(10)', 'changes a type'],
  ['alter table note alter text set data type int using text::int', 'changes a type'],
  ['alter table note alter column text set not null', 'refuses rows'],
  ['alter table note add column size int not null', 'adds a column'],
  ['alter table note add size numeric(10, 2) not null', 'adds a column'],
  ['alter table note add column code text unique', 'refuses what'],
  ['alter table note add constraint one unique (text)', 'refuses what'],
  ['alter table note add primary key (id)', 'refuses what'],
  ['alter table note add check (size > 0)', 'refuses what'],
  ['create unique index concurrently note_text on note (text)', 'refuses what'],
  ['create index note_text on note (text)', 'holds up'],
  ['truncate note', 'empties'],
  ['delete from note', 'empties'],
  ['delete from note -- where id = 1', 'empties'],
  ['select 1; drop table note', 'drops'],
  ['do $$ begin alter table note drop column text; end $$', 'drops'],
])('%s is refused, with the file and what to do', (sql, breaks) => {
  const [complaint, ...rest] = findUnsafe({ file, statements: [sql] })
  expect(rest).toEqual([])
  expect(complaint).toMatch(new RegExp(`^${file}: ${breaks}`))
  expect(complaint).toContain('override readonly contract')
  expect(findUnsafe({ file, statements: [sql], contract: 'nothing reads it since 1.4' })).toEqual([])
  expect(findUnsafe({ file, statements: [sql], contract: ' ' })).toHaveLength(1)
})

test.each([
  ['create table note (id int primary key, text text not null unique)'],
  ['alter table note add column size int'],
  ['alter table note add column size int not null default 0, add column other text'],
  ['alter table note add column n bigint not null generated always as identity'],
  ["alter table note add column text text not null default 'drop table note; rename, not null'"],
  ['alter table note alter column text drop not null'],
  ['alter table note alter column text set default 1'],
  ['create index concurrently note_text on note (text)'],
  ['drop index concurrently if exists note_text'],
  ['delete from note where text is null'],
  ['update note set size = 0 where size is null'],
  ["insert into note values ('truncate note')"],
  ['-- drop table note\nselect 1 /* rename */'],
  ['create function f() returns void language sql as $$ delete from note $$'],
])('%s is not', (sql) => {
  expect(findUnsafe({ file, statements: [sql] })).toEqual([])
})

test('what a migration does with a table that it made itself breaks nobody', () => {
  const statements = [
    'create table if not exists public.note (id int)',
    'create unique index note_id on note (id)',
    'create index on note (id)',
    'alter table "note" alter column id set not null, add column text text not null, add unique (text)',
    'truncate note',
    'drop table note',
  ]
  expect(findUnsafe({ file, statements })).toEqual([])
  expect(findUnsafe({ file, statements: statements.slice(1) })).toHaveLength(7)
})

test('a class is read with what it adds, what it runs itself, and its reason', async () => {
  class Remove {
    readonly contract: string | undefined = 'why'
    readonly driver: { execute(sql: string): Promise<unknown> }
    readonly #queries: string[] = []
    constructor(driver: unknown) {
      this.driver = driver as typeof this.driver
    }
    async up() {
      await this.driver.execute('drop table a')
      this.#queries.push('drop table b')
    }
    getQueries() {
      return this.#queries
    }
  }
  expect(await readMigration(Remove, file)).toEqual({
    file,
    statements: ['drop table a', 'drop table b'],
    contract: 'why',
  })
})

test('the migrations of this repository break nothing', async () => {
  expect(await findUnsafeMigrations()).toEqual([])
})
