import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { openHome, root } from '../../tools/run/home.ts'
import { isAlive } from '../../tools/run/process-table.ts'
import { readState } from '../../tools/run/supervisor.ts'
import { startTestSystem, system } from '../setup/system.ts'

const run = promisify(execFile)

function cli(home: string, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const { port } = new URL(readState(openHome(home)).url ?? 'http://localhost:8080')
  const env = { ...process.env, DAGUERRE_HOME: home, DAGUERRE_PORT: port }
  return run(process.execPath, [join(root, 'tools/run/cli.ts'), ...args], { env })
}

test('every app of dapr.yaml is ready with its sidecar, and status says so', async () => {
  const { phase, processes } = await system.view()
  expect(phase).toBe('ready')
  expect(processes.filter(({ ready }) => !ready).map(({ name }) => name)).toEqual([])
  expect(processes.filter(({ kind }) => kind === 'sidecar').length).toBeGreaterThanOrEqual(7)
  const { stdout } = await cli(system.home, 'status')
  expect(stdout).toMatch(/^post-sidecar +ready/m)
  expect(stdout).toMatch(/\d+ MiB of memory together/)
})

test('a service that is killed is started again and becomes ready', async () => {
  const before = await processNamed('user')
  await system.kill('user')
  await expect.poll(async () => (await processNamed('user')).restarts).toBe(before.restarts + 1)
  await system.waitReady(['user'])
  expect((await processNamed('user')).pid).not.toBe(before.pid)
})

test('a process that is stopped stays stopped until it is started', async () => {
  await system.stop('redis-cache')
  expect((await processNamed('redis-cache')).phase).toBe('stopped')
  await system.start('redis-cache')
  await system.waitReady()
})

test('one home is run once: a second start says where it runs already', async () => {
  const refusal = await cli(system.home, 'start').catch((error: unknown) => error)
  expect(refusal).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/already runs at http:\/\/localhost:\d+ from/),
  })
})

test('a sidecar whose app is not among the callers of a route is refused with 403', async () => {
  const { url, token } = await system.sidecar('media')
  const response = await fetch(`${url}/v1.0/invoke/post/method/internal/posts/documents`, {
    method: 'POST',
    headers: { 'dapr-api-token': token, 'content-type': 'application/json' },
    body: JSON.stringify({ ids: [] }),
  })
  expect(response.status).toBe(403)
})

test('internal routes take nobody but the sidecar', async () => {
  const { url } = await system.service('post')
  const response = await fetch(`${url}/internal/posts/documents`, { method: 'POST', body: '{}' })
  expect([401, 403]).toContain(response.status)
})

test('what a killed runner leaves behind is found by its records and ended by stop', async () => {
  const own = await startTestSystem()
  const home = openHome(own.home)
  const { runner, processes } = readState(home)
  expect(processes.length).toBeGreaterThan(15)
  process.kill(runner?.pid ?? 0, 'SIGKILL')
  await expect.poll(() => isAlive(runner ?? { pid: 0, startTime: '' })).toBe(false)
  expect(processes.filter(isAlive).length).toBe(processes.length)

  const { stdout } = await cli(own.home, 'stop')
  expect(stdout).toMatch(/Ended what was left behind: .*postgres/)
  expect(processes.filter(isAlive)).toEqual([])
  await own.close()
})

async function processNamed(name: string) {
  const found = (await system.view()).processes.find((process) => process.name === name)
  if (!found) throw new Error(`There is no process ${name}.`)
  return found
}
