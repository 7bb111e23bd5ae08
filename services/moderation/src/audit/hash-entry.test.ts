import { expect, test } from 'vitest'
import { canonicalJson, hashEntry, hashReason, noHash } from './hash-entry.ts'

test('the order of keys makes no difference, what is in them does', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'ü' }], a: true })).toBe('{"a":true,"b":[1,{"c":"ü","d":null}]}')
  expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}')
})

test('a hash is made of the one before, the number and the record', () => {
  const record = {
    at: '2026-11-29T07:00:00.000Z',
    actorId: null,
    action: 'lift',
    subject: { kind: 'account', id: 'a' },
    reasonHash: null,
    before: {},
    after: {},
  }
  const hashes = [
    hashEntry(noHash, 1, record),
    hashEntry(noHash, 2, record),
    hashEntry('f'.repeat(64), 1, record),
    hashEntry(noHash, 1, { ...record, reasonHash: hashReason(Buffer.from('salt'), 'Spam') }),
  ]
  expect(new Set(hashes).size).toBe(4)
  expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/)
})
