import { describe, expect, test } from 'vitest'
import { countMissing, createLedger, isMissing, type Receipts, record, type Run } from './receipts.ts'
import { memoryReceipts, waitFor } from './testing.ts'

/** Events of these numbers, each a second after the one before. */
function arrived(...sequences: number[]): Run[] {
  return sequences.map((sequence) => ({ from: sequence, to: sequence, atMs: sequence * 1000 }))
}

function after(...parts: Run[][]): Receipts {
  return parts.reduce<Receipts | null>((known, part) => record(known, part), null)!
}

describe('what has arrived', () => {
  test('begins with the first that is heard', () => {
    expect(after(arrived(7))).toEqual({ next: 8, atMs: 7000, beyond: [], leasedUntilMs: 0 })
  })

  test('has no gap, whatever the order, once all are there', () => {
    expect(after(arrived(7), arrived(9, 11), arrived(10, 8, 8), arrived(7))).toEqual({
      next: 12,
      atMs: 11_000,
      beyond: [],
      leasedUntilMs: 0,
    })
  })

  test('knows its gaps', () => {
    const receipts = after(arrived(1), arrived(4, 5, 3), arrived(8))
    expect(receipts).toMatchObject({ next: 2, atMs: 1000 })
    expect(receipts.beyond).toEqual([
      { from: 3, to: 5, atMs: 5000 },
      { from: 8, to: 8, atMs: 8000 },
    ])
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9].filter((sequence) => isMissing(receipts, sequence))).toEqual([2, 6, 7, 9])
    expect(countMissing(receipts)).toBe(3)
    expect(countMissing(after(arrived(1)))).toBe(0)
  })

  test('forgets a gap that is closed as a whole', () => {
    expect(record(after(arrived(1), arrived(4), arrived(9)), [{ from: 2, to: 6, atMs: 6000 }])).toMatchObject({
      next: 7,
      atMs: 6000,
      beyond: [{ from: 9, to: 9, atMs: 9000 }],
    })
  })

  test('begins anew when the publisher does, and not when something old comes again', () => {
    const known = after(arrived(100), arrived(101))
    expect(record(known, arrived(3))).toEqual(known)
    const restored = [{ from: 3, to: 3, atMs: 101_000 + 61_000 }]
    expect(record(known, restored)).toMatchObject({ next: 4, beyond: [] })
  })
})

describe('the ledger', () => {
  test('keeps what several replicas have received at the same time', async () => {
    const store = memoryReceipts()
    const ledgers = [createLedger(store), createLedger(store), createLedger(store)]
    await ledgers[0]!.add('/services/post', arrived(1))
    await Promise.all(Array.from({ length: 99 }, (_, n) => ledgers[n % 3]!.add('/services/post', arrived(100 - n))))
    expect(store.kept.get('/services/post')!.receipts).toMatchObject({ next: 101, beyond: [] })
  })

  test('writes what comes meanwhile together', async () => {
    const store = memoryReceipts()
    const ledger = createLedger(store)
    await Promise.all(Array.from({ length: 50 }, (_, n) => ledger.add('/services/post', arrived(n + 1))))
    expect(store.kept.get('/services/post')!.revision).toBeLessThanOrEqual(2)
  })

  test('says when it could not write, and goes on when the store is back', async () => {
    const store = memoryReceipts()
    const ledger = createLedger(store)
    await ledger.add('/services/post', arrived(1))
    const { write } = store
    store.write = async () => {
      throw new Error('away')
    }
    await expect(ledger.add('/services/post', arrived(2))).rejects.toThrow('away')
    store.write = write
    await ledger.add('/services/post', arrived(3))
    await waitFor(() => store.kept.get('/services/post')!.receipts.beyond.length === 1)
    expect(isMissing(store.kept.get('/services/post')!.receipts, 2)).toBe(true)
  })
})
