import { expect, test } from 'vitest'
import { kindOfKey } from './measure-keys.ts'
import { workOf } from './measure-tables.ts'

test('keys are told apart by what feed keeps in them, others by what stands first', () => {
  const keys = [
    'home:{a-b}',
    'home:{a-b}:edges',
    'post:{a-b}',
    'person:{a-b}',
    'marks:{a-b}',
    'limit:read:a',
    'interaction||person:a',
  ]
  expect(keys.map(kindOfKey)).toEqual([
    'timeline',
    'edges',
    'post copy',
    'person copy',
    'marks',
    'limit',
    'interaction',
  ])
})

test('the work of a unit is what was done beyond idling, and never less than nothing', () => {
  const before = { commits: 100, walBytes: 1000, blocks: 50 }
  const after = { commits: 170, walBytes: 9000, blocks: 60 }
  expect(workOf({ before, after }, { commits: 5, walBytes: 0, blocks: 100 }, 4, 10)).toEqual({
    commits: 5,
    walBytes: 800,
    blocks: 0,
  })
})
