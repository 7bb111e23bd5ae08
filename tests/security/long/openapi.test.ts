import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../../tools/provision/commands.ts'
import { installSchemathesis } from '../../../tools/provision/index.ts'
import { operations } from '../../e2e/support/description.ts'
import { type Person, signUp } from '../../e2e/support/people.ts'
import { needsRole, signUpAs } from '../../e2e/support/roles.ts'
import { collectionOf } from '../../e2e/support/walk.ts'
import { listed, makeWorld, things, type World } from '../../e2e/support/world.ts'
import { system } from '../../setup/system.ts'
import { tell } from '../support/counts.ts'

const minutes = 60_000
/** Of each operation: what the document allows, and what it forbids. */
const examples = 40
const support = join(import.meta.dirname, '../support')
const documentPath = join(import.meta.dirname, '../../../services/gateway/openapi.json')
/** What an answer is held against: the rest of Schemathesis' checks is of style. */
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]

let world: World
let folder: string
let schemathesis: Awaited<ReturnType<typeof installSchemathesis>>
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'daguerre-openapi-'))
  schemathesis = await installSchemathesis({
    home: folder,
    env: process.env,
    report: (message) => console.error(message),
    port: () => Promise.reject(new Error('It listens nowhere.')),
  })
  world = await makeWorld()
}, 10 * minutes)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Something that is there for each parameter of each path. */
async function thingsOf(caller: Person): Promise<Record<string, Record<string, string>>> {
  const made = new Map<string, string>()
  const found: Record<string, Record<string, string>> = {}
  for (const { path, method, parameters = [] } of operations) {
    const named = parameters.filter((parameter) => parameter.in === 'path')
    if (named.length === 0 || found[path]) continue
    const ids: Record<string, string> = {}
    for (const { name } of named) {
      const collection = collectionOf(path, name)
      const thing = (method === 'GET' ? listed[collection] : undefined) ?? things[collection]
      if (!thing) throw new Error(`Nothing is known of ${collection}: name one in the table of the walk.`)
      // Who has a passkey is asked for it at each sign-in, of which there will be many.
      const owner = collection === 'passkeys' ? await signUp('owner') : caller
      const id = made.get(collection) ?? (await thing(world, owner))
      made.set(collection, id)
      ids[name] = id
    }
    found[path] = ids
  }
  return found
}

interface Report {
  operations: { tested: number }
  test_cases: { generated: number; with_failures: number }
}

/** Asks what the document allows and what it forbids, as this person or as nobody. */
async function fuzz(who: string, caller: Person | undefined, operationIds: string[]): Promise<void> {
  const owned = await thingsOf(caller ?? world.owner)
  const out = join(folder, `${who}.json`)
  const { command, args, env } = schemathesis
  const { code, output } = await run(
    command,
    [
      ...[...args, 'run', documentPath, '--url', system.url, '--no-color'],
      // Without its phase `coverage`, and in one thread: of two that read code an older Python ends one by a SystemError (cpython gh-106905).
      ...['--checks', checks.join(','), '--phases', 'examples,fuzzing'],
      ...['--max-examples', String(examples), '--seed', '1', '--generation-database', 'none', '--no-shrink'],
      ...['--workers', '1', '--request-timeout', '20', '--max-redirects', '0', '--continue-on-failure'],
      ...['--suppress-health-check', 'all', '--warnings', 'off'],
      ...['--report', 'json', '--report-json-path', out],
      ...operationIds.flatMap((id) => ['--include-operation-id', id]),
    ],
    {
      cwd: folder,
      env: {
        ...process.env,
        ...env,
        PYTHONPATH: [env['PYTHONPATH'], support].join(':'),
        SCHEMATHESIS_HOOKS: 'schemathesis_hooks',
        DAGUERRE_FUZZ: JSON.stringify({
          url: system.url,
          things: owned,
          ...(caller && { email: caller.email, password: caller.password }),
        }),
      },
    },
  )
  expect(code, output).toBe(0)
  const report = JSON.parse(readFileSync(out, 'utf8')) as Report
  expect(report.operations.tested).toBe(operationIds.length)
  tell(
    'the OpenAPI document',
    `${report.test_cases.generated} requests to ${report.operations.tested} operations by ${who}, ${report.test_cases.with_failures} answered by a fault or not as described`,
  )
}

// It does not end, and is tested where it is made.
const asked = operations.filter(({ operationId }) => operationId !== 'streamNotifications')

test(
  'whatever is sent by who is not signed in, no answer is a fault or other than described',
  { timeout: 20 * minutes },
  async () => {
    await fuzz(
      'nobody',
      undefined,
      asked.map(({ operationId }) => operationId),
    )
  },
)

test(
  'whatever is sent by who is signed in, no answer is a fault or other than described',
  { timeout: 20 * minutes },
  async () => {
    await fuzz(
      'person',
      await signUp('fuzzer'),
      asked.map(({ operationId }) => operationId),
    )
  },
)

test('whatever an admin sends, no answer is a fault or other than described', { timeout: 20 * minutes }, async () => {
  await fuzz(
    'admin',
    await signUpAs('admin'),
    asked.filter(needsRole).map(({ operationId }) => operationId),
  )
})
