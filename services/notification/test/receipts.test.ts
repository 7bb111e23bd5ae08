import { randomUUID } from 'node:crypto'
import { createLedger } from '@daguerre/kit/receipts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mongoReceipts } from '../src/receipts.ts'
import { createStage } from './stage.ts'

let stage: Awaited<ReturnType<typeof createStage>>

beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage.close())

test('what replicas receive at the same time is all kept', async () => {
  const source = `/services/${randomUUID()}`
  const store = mongoReceipts(stage.collections)
  const ledgers = [createLedger(store), createLedger(mongoReceipts(stage.collections))]
  await ledgers[0]!.add(source, [{ from: 1, to: 1, atMs: 1000 }])
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => ledgers[n % 2]!.add(source, [{ from: 61 - n, to: 61 - n, atMs: 61_000 }])),
  )
  expect(await store.read(source)).toMatchObject({ receipts: { next: 62, atMs: 61_000, beyond: [] } })
})

test('of two who write what nobody has written, or the same revision, one is told to look again', async () => {
  const source = `/services/${randomUUID()}`
  const store = mongoReceipts(stage.collections)
  const receipts = { next: 2, atMs: 1000, beyond: [], leasedUntilMs: 0 }
  const first = await Promise.all([store.write(source, receipts, 0), store.write(source, receipts, 0)])
  expect(first.toSorted()).toEqual([false, true])
  const second = await Promise.all([store.write(source, receipts, 1), store.write(source, receipts, 1)])
  expect(second.toSorted()).toEqual([false, true])
  expect(await store.read(source)).toEqual({ receipts, revision: 2 })
})
