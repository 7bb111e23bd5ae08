import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { kindOf, perUnit, readCpu } from './kinds.ts'
import { familyMs, parseStat, readUsage } from './proc.ts'

function stat(pid: number, parent: number, times: [number, number, number, number], name = 'node'): string {
  return `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 1 2 3 4 ${times.join(' ')} 20 0 1 0 100 1 1\n`
}

test('reads whose child a process is and what it has used, whatever its name holds', () => {
  const usage = parseStat(stat(12, 7, [100, 20, 30, 5], 'a) S 99 (b'))
  expect(usage).toEqual({ parent: 7, ownMs: 1200, endedMs: 350 })
})

test('adds up what descends from a process, at any depth, and what of it has ended', () => {
  const proc = mkdtempSync(join(tmpdir(), 'daguerre-proc-'))
  try {
    const processes = [
      stat(10, 1, [10, 0, 50, 0]),
      stat(11, 10, [5, 5, 0, 0]),
      stat(12, 11, [1, 0, 0, 0]),
      stat(20, 1, [2, 0, 0, 0]),
      stat(30, 1, [9, 9, 9, 9]),
    ]
    for (const text of processes) {
      const folder = join(proc, String(parseInt(text, 10)))
      mkdirSync(folder)
      writeFileSync(join(folder, 'stat'), text)
    }
    mkdirSync(join(proc, 'net'))
    // One that ended between the listing and the reading.
    mkdirSync(join(proc, '40'))
    expect(familyMs(readUsage(proc), [10, 20])).toEqual(
      new Map([
        [10, 600 + 100 + 10],
        [20, 20],
      ]),
    )
  } finally {
    rmSync(proc, { recursive: true })
  }
})

test('this process has used more after work than before', () => {
  const self = [{ kind: 'self', pid: process.pid }]
  const before = readCpu(self)['self'] ?? 0
  for (const until = performance.now() + 300; performance.now() < until;);
  expect((readCpu(self)['self'] ?? 0) - before).toBeGreaterThan(20)
})

test.each([
  ['post', 'post'],
  ['post-2', 'post'],
  ['post-sidecar', 'post-sidecar'],
  ['post-2-sidecar', 'post-sidecar'],
  ['redis-broker', 'redis-broker'],
])('the process %s counts as %s', (name, kind) => {
  expect(kindOf(name)).toBe(kind)
})

test('of what a unit takes, what is taken anyway is left out', () => {
  expect(perUnit({ post: 1000, redis: 10 }, { post: 20, redis: 5 }, 10, 100)).toEqual({ post: 8, redis: 0 })
})
