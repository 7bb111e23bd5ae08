import { expect, test } from 'vitest'
import { coalesceByKey } from './coalesce.ts'

function steps() {
  const begun: string[] = []
  const ends: ((error?: Error) => void)[] = []
  const ask = coalesceByKey((key) => {
    begun.push(key)
    return new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())))
  })
  return { begun, ends, ask }
}

test('whoever asks during a run shares the next one, which begins when that has ended; other keys wait for nobody', async () => {
  const { begun, ends, ask } = steps()
  const first = ask('a')
  const others = [ask('a'), ask('a'), ask('a')]
  void ask('b')
  expect(begun).toEqual(['a', 'b'])
  ends[0]!()
  await first
  await new Promise(setImmediate)
  expect(begun).toEqual(['a', 'b', 'a'])
  const last = ask('a')
  ends[2]!()
  await Promise.all(others)
  await new Promise(setImmediate)
  expect(begun).toEqual(['a', 'b', 'a', 'a'])
  ends[3]!()
  await last
  void ask('a')
  expect(begun).toHaveLength(5)
})

test('a run that fails, fails for those who wait for it alone', async () => {
  const { ends, ask } = steps()
  const [first, second] = [ask('a'), ask('a')]
  ends[0]!(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await new Promise(setImmediate)
  ends[1]!()
  await second
})
