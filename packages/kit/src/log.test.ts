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
