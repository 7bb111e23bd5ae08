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
