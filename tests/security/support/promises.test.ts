import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../../tools/run/home.ts'

const text = readFileSync(join(root, 'docs/security.md'), 'utf8')

test('each promise of docs/security.md names a test that is there', () => {
  const promises = text.slice(text.indexOf('\n## Promises'), text.indexOf('\n## Dependencies'))
  const rows = promises.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| promise |'))
  expect(rows.filter((row) => !row.includes('.test.ts`'))).toEqual([])
  const named = rows.flatMap((row) => [...row.matchAll(/`([\w./-]+\.test\.ts)` “([^”]+)”/g)])
  const missing = named.filter(([, file = '', name = '']) => {
    const path = join(root, file)
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(name)
  })
  expect(missing.map(([whole]) => whole)).toEqual([])
  // A test that is named in another way would not be looked for.
  expect(named.length).toBe(rows.join().match(/\.test\.ts`/g)?.length)
  expect(rows.length).toBeGreaterThan(20)
})
