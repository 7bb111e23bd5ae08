import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ProcessSpec } from '../provision/types.ts'
import { type Home, openHome } from './home.ts'
import { holderOf, takeLock } from './lock.ts'
import { readable } from './logs.ts'
import { choosePort, isFree } from './ports.ts'
import { identify, isAlive, type ProcessIdentity } from './process-table.ts'
import { endLeftovers, readState, Supervisor } from './supervisor.ts'

let home: Home
let supervisor: Supervisor
let said: string[]

beforeEach(() => {
  home = openHome(mkdtempSync(join(tmpdir(), 'daguerre-unit-')))
  said = []
  supervisor = new Supervisor(home, (message) => said.push(message))
})

afterEach(async () => {
  await supervisor.close()
  await endLeftovers(home)
  rmSync(home.path, { recursive: true, force: true })
})

function script(name: string, code: string): ProcessSpec {
  return { name, command: process.execPath, args: ['-e', code] }
}

const forever = 'setInterval(() => {}, 1000); console.log("up")'

function recorded(name: string): ProcessIdentity | undefined {
  return readState(home).processes.find((record) => record.name === name)
}

async function up(name: string): Promise<ProcessIdentity> {
  const log = join(home.logs, `${name}.log`)
  await expect.poll(() => existsSync(log) && readFileSync(log, 'utf8').includes('up')).toBe(true)
  const identity = recorded(name)
  if (!identity) throw new Error(`${name} is not recorded`)
  return identity
}

test('a process is recorded with its start time, and ends with the supervisor', async () => {
  supervisor.start({ kind: 'service', spec: script('a', forever) })
  const identity = await up('a')
  expect(isAlive(identity)).toBe(true)
  expect(isAlive({ ...identity, startTime: 'another boot:1' })).toBe(false)
  await supervisor.close()
  expect(isAlive(identity)).toBe(false)
  expect(readState(home).processes).toEqual([])
})

test('a process that is killed is started again under the same name, and its end is told with its last lines', async () => {
  supervisor.start({ kind: 'service', spec: script('a', forever) })
  const before = await up('a')
  process.kill(before.pid, 'SIGKILL')
  await expect.poll(() => recorded('a')?.pid ?? before.pid).not.toBe(before.pid)
  expect(said.join('\n')).toMatch(/a was ended by SIGKILL\. It is started again in 250 ms\.\n {4}up/)
})

test('a process that ends again and again is told of as a loop, not each time', async () => {
  supervisor.start({ kind: 'service', spec: script('a', 'console.log("no config"); process.exit(7)') })
  await expect.poll(() => said.some((line) => /ended 5 times in a row/.test(line)), { timeout: 15_000 }).toBe(true)
  expect(said.at(-1)).toMatch(/exit code 7.*\n {4}no config/)
}, 20_000)

test('a command that does not exist is told of', async () => {
  supervisor.start({ kind: 'service', spec: { name: 'a', command: '/nowhere/java', args: [] } })
  await expect.poll(() => said.join()).toMatch(/a spawn \/nowhere\/java ENOENT/)
})

test('services end before sidecars and stores, each by its own signal', async () => {
  const order = join(home.path, 'order')
  function recording(name: string, signal: string): string {
    return `const fs = require('fs'); process.on('${signal}', () => { fs.appendFileSync(${JSON.stringify(order)}, '${name} '); process.exit() }); ${forever}`
  }
  supervisor.start({ kind: 'store', spec: { ...script('store', recording('store', 'SIGINT')), stopSignal: 'SIGINT' } })
  supervisor.start({ kind: 'sidecar', spec: script('sidecar', recording('sidecar', 'SIGTERM')) })
  supervisor.start({ kind: 'service', spec: script('service', recording('service', 'SIGTERM')) })
  await Promise.all(['store', 'sidecar', 'service'].map(up))
  await supervisor.close()
  expect(readFileSync(order, 'utf8')).toBe('service sidecar store ')
})

test('what a killed runner left is ended by its record, and what it had no time to record by its mark', async () => {
  supervisor.start({ kind: 'service', spec: script('a', forever) })
  const known = await up('a')
  const { name, value } = home.mark
  const unknown = spawn(process.execPath, ['-e', forever], { env: { [name]: value }, detached: true, stdio: 'ignore' })
  const stranger = spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'ignore' })
  try {
    const [marked, other] = [identify(unknown.pid ?? 0), identify(stranger.pid ?? 0)]
    if (!marked || !other) throw new Error('not started')
    const another = openHome(home.path)
    expect((await endLeftovers(another)).length).toBe(2)
    expect([known, marked, other].map(isAlive)).toEqual([false, false, true])
  } finally {
    stranger.kill('SIGKILL')
    unknown.kill('SIGKILL')
  }
})

test('a recorded id that belongs to another process now is left alone', async () => {
  const stranger = spawn(process.execPath, ['-e', forever], { detached: true, stdio: 'ignore' })
  try {
    const record = {
      name: 'a',
      kind: 'service',
      stopSignal: 'SIGTERM',
      pid: stranger.pid,
      startTime: 'earlier boot:42',
    }
    writeFileSync(home.state, JSON.stringify({ processes: [record] }))
    expect(await endLeftovers(home)).toEqual([])
    expect(stranger.exitCode).toBeNull()
  } finally {
    stranger.kill('SIGKILL')
  }
})

test('one that does not heed its signal is killed after its time, with all that it started', async () => {
  const stubborn = `process.on('SIGTERM', () => {}); require('child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)']); ${forever}`
  supervisor.start({ kind: 'control', spec: script('a', stubborn) })
  const identity = await up('a')
  await supervisor.stop('a')
  expect(isAlive(identity)).toBe(false)
  expect(said.join()).toMatch(/a did not end within 4 s and was killed/)
}, 15_000)

test('a home is locked by a living process only', async () => {
  const release = takeLock(home, 'http://localhost:1')
  expect(() => takeLock(home, 'http://localhost:2')).toThrow(/already runs at http:\/\/localhost:1/)
  expect(holderOf(home)?.pid).toBe(process.pid)
  release()
  expect(holderOf(home)).toBeNull()

  writeFileSync(
    home.lock,
    JSON.stringify({ pid: process.pid, startTime: 'earlier boot:42', url: 'http://localhost:3' }),
  )
  takeLock(home, 'http://localhost:4')()
})

test('a port that is taken is replaced by one that is free, and none is given twice', async () => {
  const first = await choosePort(24_321)
  const second = await choosePort(24_321)
  expect(second).not.toBe(first)
  expect(await isFree(second)).toBe(true)
  expect(await choosePort(-5000)).toBeGreaterThan(1023)
})

test('what only its owner may read is readable by nobody else', () => {
  chmodSync(home.path, 0o711)
  supervisor.save()
  function mode(path: string): string {
    return (statSync(path).mode & 0o777).toString(8)
  }
  expect(mode(home.state)).toBe('600')
  expect(mode(home.run)).toBe('700')
})

test('a pino line is shown as a person reads it', () => {
  const line = JSON.stringify({
    level: 50,
    time: 0,
    pid: 1,
    hostname: 'h',
    msg: 'failed',
    postId: 7,
    err: { stack: 'Error: x\n  at y' },
  })
  expect(readable(line)).toBe('00:00:00.000 error failed postId=7 Error: x\n  at y')
  expect(readable('{"not pino": true}')).toBe('{"not pino": true}')
  expect(readable('plain')).toBe('plain')
})
