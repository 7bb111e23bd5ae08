import { expect, test } from 'vitest'
import { runInContext } from './context.ts'
import { createLogger } from './log.ts'

test('secrets are redacted at every depth that is used, and lines carry the request', () => {
  const lines: string[] = []
  const log = createLogger({ service: 'post' }, { write: (line: string) => void lines.push(line) })
  runInContext({ requestId: 'r-1', span: { traceId: 't1', spanId: 's1', traceFlags: 1 } }, () =>
    log.info(
      {
        password: 'hunter2',
        req: { headers: { authorization: 'hunter2', cookie: 'hunter2', 'dapr-api-token': 'hunter2' } },
        body: { refreshToken: 'hunter2', a: { accessToken: 'hunter2' } },
      },
      'hello',
    ),
  )
  expect(lines[0]).not.toContain('hunter2')
  expect(JSON.parse(lines[0]!)).toMatchObject({
    level: 'info',
    service: 'post',
    requestId: 'r-1',
    traceId: 't1',
    spanId: 's1',
    password: '[redacted]',
    msg: 'hello',
  })
})

test('errors, lists and child loggers hide secrets too, and what is logged is not changed', () => {
  const lines: string[] = []
  const log = createLogger({ service: 'post' }, { write: (line: string) => void lines.push(line) })
  const logged = { list: [{ Password: 'hunter2', kept: 1 }], deep: { a: { b: { c: { d: { Cookie: 'hunter2' } } } } } }
  log.info(logged, 'list')
  log.child({ token: 'hunter2' }).info('child')
  log.error({ err: Object.assign(new Error('boom'), { headers: { Authorization: 'hunter2' } }) }, 'error')
  expect(lines.join('')).not.toContain('hunter2')
  expect(logged.list[0]!.Password).toBe('hunter2')
  expect(JSON.parse(lines[0]!)).toMatchObject({ list: [{ kept: 1 }] })
  expect(JSON.parse(lines[2]!)).toMatchObject({ err: { message: 'boom', stack: expect.stringContaining('boom') } })
})

test('a thing that holds itself does not hang the logger', () => {
  const lines: string[] = []
  const log = createLogger({ service: 'post' }, { write: (line: string) => void lines.push(line) })
  const ring: Record<string, unknown> = { token: 'hunter2' }
  ring['self'] = ring
  log.info({ ring }, 'ring')
  expect(lines[0]).not.toContain('hunter2')
})

test('texts of errors name no address, token or password, and rows of a database are not quoted', () => {
  const lines: string[] = []
  const log = createLogger({ service: 'post' }, { write: (line: string) => void lines.push(line) })
  const texts = [
    '550 5.1.1 <hunter2@example.org>: user unknown',
    'connect postgres://auth:hunter2@db:5432/auth',
    'GET /reset?token=hunter2&x=1 with Bearer hunter2.hunter2 failed',
    'refused eyJhbGciOiJFUzI1NiJ9.hunter2.hunter2',
  ]
  for (const text of texts) log.error({ err: new Error('outer', { cause: new Error(text) }) }, 'error')
  const row = { severity: 'ERROR', detail: 'Failing row contains (1, hunter2@example.org, hunter2).' }
  log.error({ err: Object.assign(new Error('violates not-null constraint'), row) }, 'error')
  log.warn({ email: 'hunter2@example.org' }, 'named')
  expect(lines).toHaveLength(6)
  expect(lines.join('')).not.toContain('hunter2')
  expect(lines[0]).toContain('550 5.1.1')
})

test('where an error comes from is still told', () => {
  const lines: string[] = []
  const log = createLogger({ service: 'post' }, { write: (line: string) => void lines.push(line) })
  const error = new Error('boom')
  error.stack = 'Error: boom\n    at run (/app/node_modules/.pnpm/@hono+node-server@2.1.8_hono@4.13.19/x.js:1:2)'
  log.error({ err: error }, 'error')
  expect((JSON.parse(lines[0]!) as { err: { stack: string } }).err.stack).toBe(error.stack)
})

test('a long text takes no longer for being made to confuse', () => {
  const log = createLogger({ service: 'post' }, { write: () => {} })
  const startedAt = performance.now()
  for (const evil of ['a', 'a.', 'a@', 'eyJ', 'a://', '?token=', 'bearer '])
    log.error({ err: new Error(evil.repeat(20_000)) }, 'error')
  expect(performance.now() - startedAt).toBeLessThan(2000)
})
