import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

test('it rejects when one has failed, and not before the others have ended', async () => {
  const others = Promise.withResolvers<void>()
  let begun = 0
  let ended = 0
  let isOver = false
  const all = sideBySide(3, async () => {
    if (++begun === 1) throw new Error('away')
    await others.promise
    ended++
  }).finally(() => (isOver = true))
  await new Promise(setImmediate)
  expect([begun, isOver]).toEqual([3, false])
  others.resolve()
  await expect(all).rejects.toThrow('away')
  expect(ended).toBe(2)
})
