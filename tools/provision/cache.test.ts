import { fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cached, needSpace } from './cache.ts'

let root = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'daguerre-cache-'))
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

test('an entry is made once and then only looked up', async () => {
  let made = 0
  async function make(folder: string): Promise<void> {
    made++
    await writeFile(join(folder, 'file'), 'content')
  }
  await cached(root, 'entry', make)
  const folder = await cached(root, 'entry', make)
  expect(made).toBe(1)
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('content')
  expect(await readdir(root)).toEqual(['entry'])
})

test('a failure leaves nothing, and the next call tries again', async () => {
  const failing = cached(root, 'entry', async (folder) => {
    await writeFile(join(folder, 'half'), '')
    throw new Error('no network')
  })
  await expect(failing).rejects.toThrow('no network')
  expect(await readdir(root)).toEqual([])
  await cached(root, 'entry', async () => {})
  expect(await readdir(root)).toEqual(['entry'])
})

test('of two calls at once one makes the entry and the other waits for it', async () => {
  let made = 0
  async function make(): Promise<void> {
    made++
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  await Promise.all([cached(root, 'entry', make), cached(root, 'entry', make)])
  expect(made).toBe(1)
})

test('a maker that is killed in the middle leaves no entry and stops nobody', async () => {
  const script = join(root, 'maker.mjs')
  const module = JSON.stringify(new URL('cache.ts', import.meta.url).href)
  await writeFile(
    script,
    `import(${module}).then(({ cached }) => cached(${JSON.stringify(root)}, 'entry', () => { process.send('making'); return new Promise(() => setInterval(() => {}, 1000)) }))`,
  )
  const maker = fork(script, { execArgv: ['--experimental-strip-types', '--no-warnings'] })
  await new Promise((resolve) => maker.once('message', resolve))
  const ended = new Promise((resolve) => maker.once('exit', resolve))
  maker.kill('SIGKILL')
  await ended
  expect(existsSync(join(root, 'entry'))).toBe(false)

  await cached(root, 'entry', async () => {})
  expect((await readdir(root)).toSorted()).toEqual(['entry', 'maker.mjs'])
})

test('a disk without room is named before anything is written', async () => {
  await expect(needSpace(join(root, 'not', 'there'), 2 ** 60, 'Building')).rejects.toThrow(
    /^Building needs .* free some space/,
  )
})
