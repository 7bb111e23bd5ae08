import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './home.ts'

export interface ReadMigration {
  file: string
  statements: string[]
  /** Why nothing needs what it takes away. */
  contract?: string | undefined
}

export interface MigrationClass {
  new (
    driver: unknown,
    config: unknown,
  ): {
    up(): unknown
    getQueries(): unknown[]
    contract?: string | undefined
  }
}

interface DatabaseModule {
  database: { migrations?: (MigrationClass | { class: MigrationClass })[] }
}

/** Statements of the services' migrations that would break the version that runs before them; one complaint each. */
export async function findUnsafeMigrations(): Promise<string[]> {
  const complaints: string[] = []
  for (const path of globSync('services/*/src/database.ts', { cwd: root }).toSorted()) {
    const { database } = (await load(path)) as unknown as DatabaseModule
    const files = new Map<unknown, string>()
    for (const file of globSync(`${dirname(path)}/migrations/*.ts`, { cwd: root })) {
      for (const exported of Object.values(await load(file))) files.set(exported, file)
    }
    for (const listed of database.migrations ?? []) {
      const Class = 'class' in listed ? listed.class : listed
      const file = files.get(Class) ?? path
      try {
        complaints.push(...findUnsafe(await readMigration(Class, file)))
      } catch (error) {
        complaints.push(`${file}: cannot be read without a database (${String(error)}); give its SQL to addSql`)
      }
    }
  }
  return complaints
}

function load(path: string): Promise<Record<string, unknown>> {
  return import(pathToFileURL(join(root, path)).href) as Promise<Record<string, unknown>>
}

/** What a migration would run, without a database. */
export async function readMigration(Class: MigrationClass, file: string): Promise<ReadMigration> {
  const executed: string[] = []
  const driver = {
    execute(sql: unknown) {
      executed.push(String(sql))
      return Promise.resolve([])
    },
  }
  const migration = new Class(driver, undefined)
  await migration.up()
  return { file, statements: [...executed, ...migration.getQueries().map(String)], contract: migration.contract }
}

const laterRelease = 'leave it until a release in which nothing that may still run needs it'

/** What breaks the version before; `of` a table (the first group) only if the migration has not made that table itself. */
const rules: readonly { pattern: RegExp; breaks: string; instead: string }[] = [
  {
    pattern: /^drop (?:table|view|materialized view) (?:if exists )?([\w".]+)/,
    breaks: 'drops',
    instead: laterRelease,
  },
  { pattern: /^drop index (?!concurrently)/, breaks: 'drops an index under a lock', instead: 'drop it concurrently' },
  { pattern: /^drop (?!table|view|materialized|index)/, breaks: 'drops', instead: laterRelease },
  {
    pattern: /^alter (?!table).* rename\b/,
    breaks: 'renames',
    instead: 'make the new beside the old, and drop the old in a later release',
  },
  {
    pattern: /^truncate (?:table )?(?:only )?([\w".]+)/,
    breaks: 'empties a table',
    instead: 'delete what nothing needs',
  },
  {
    pattern: /^delete from (?:only )?([\w".]+)(?!.*\bwhere\b)/,
    breaks: 'empties a table',
    instead: 'delete what nothing needs, with a where',
  },
  {
    pattern: /^create unique index (?:concurrently )?.*?\bon (?:only )?([\w".]+)/,
    breaks: 'refuses what the version before may write',
    instead: 'have the code keep it unique for a release first',
  },
  {
    pattern: /^create index (?!concurrently).*?\bon (?:only )?([\w".]+)/,
    breaks: 'holds up all writes while it is made',
    instead: 'make it concurrently, in a migration without transaction',
  },
]

/** The same of the actions of `alter table`. */
const alterations: typeof rules = [
  { pattern: /^rename\b/, breaks: 'renames', instead: 'add the new, write both, and drop the old in a later release' },
  {
    pattern: /^alter (?:column )?[\w"]+ (?:set data )?type\b/,
    breaks: 'changes a type',
    instead: 'add a column of the new type, write both, and drop the old in a later release',
  },
  {
    pattern: /^alter (?:column )?[\w"]+ set not null/,
    breaks: 'refuses rows that the version before may write',
    instead: 'have the code always write it for a release first',
  },
  { pattern: /^alter (?:column )?[\w"]+ drop (?:default|expression|identity)/, breaks: 'drops', instead: laterRelease },
  { pattern: /^drop /, breaks: 'drops', instead: laterRelease },
  { pattern: /^(?:detach partition|set schema)/, breaks: 'moves', instead: laterRelease },
  {
    pattern: /^add (?:column )?(?!constraint)(?=.*\bnot null\b)(?!.*\b(?:default|generated)\b)/,
    breaks: 'adds a column that the version before does not write',
    instead: 'give it a default, or no "not null" yet',
  },
  {
    pattern:
      /^add (?:constraint\b|unique\b|primary key\b|exclude\b|check\b|foreign key\b|.*\b(?:unique|primary key)\b)/,
    breaks: 'refuses what the version before may write',
    instead: 'have the code keep to it for a release first',
  },
]

/** One complaint for each statement that is not safe, unless the migration says by `contract` that it is meant. */
export function findUnsafe({ file, statements, contract }: ReadMigration): string[] {
  if (contract?.trim()) return []
  const plain = statements.flatMap(splitStatements)
  const made = new Set(
    plain.flatMap((sql) => tableName(/^create (?:unlogged )?table (?:if not exists )?([\w".]+)/.exec(sql)) ?? []),
  )

  return plain.flatMap((sql) => {
    const alter = /^alter table (?:if exists )?(?:only )?([\w".]+) (.*)$/s.exec(sql)
    if (alter) {
      if (made.has(tableName(alter) ?? '')) return []
      return splitTopLevel(alter[2] ?? '', ',').flatMap((action) => judge(sql, action, alterations))
    }
    return judge(sql, sql, rules)
  })

  function judge(sql: string, part: string, against: typeof rules): string[] {
    for (const { pattern, breaks, instead } of against) {
      const match = pattern.exec(part)
      if (!match || made.has(tableName(match) ?? '')) continue
      const shown = sql.length > 160 ? `${sql.slice(0, 160)} …` : sql
      return [
        `${file}: ${breaks}: ${shown}\n  The version before still runs: ${instead}, or say in the class why it is safe: override readonly contract = '…'`,
      ]
    }
    return []
  }
}

function tableName(match: RegExpExecArray | null): string | undefined {
  return match?.[1]?.replaceAll('"', '').replace(/^public\./, '')
}

/** Single statements in lower case, without comments and texts; the body of a `do` counts, that of a function does not run. */
function splitStatements(sql: string): string[] {
  const bodies: string[] = []
  const plain = sql
    .replaceAll(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith("'") ? "''" : ' '))
    .replaceAll(/(\$\w*\$)([\s\S]*?)\1/g, (_, _tag, body: string) => `$${bodies.push(body) - 1}$`)
  return splitTopLevel(plain, ';').flatMap((statement) => {
    const body = /^do\b.*\$(\d+)\$/.exec(statement)?.[1]
    if (body === undefined) return [statement]
    return splitStatements((bodies[Number(body)] ?? '').replaceAll(/\b(?:begin|then|else|loop)\b/gi, ';'))
  })
}

function splitTopLevel(text: string, separator: ',' | ';'): string[] {
  const parts = ['']
  let depth = 0
  for (const char of text) {
    if (char === '(') depth += 1
    if (char === ')') depth -= 1
    if (char === separator && depth === 0) parts.push('')
    else parts[parts.length - 1] += char
  }
  return parts.map((part) => part.replaceAll(/\s+/g, ' ').trim().toLowerCase()).filter((part) => part !== '')
}
