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

async function turn(): Promise<void> {
  await new Promise(setImmediate)
  await new Promise(setImmediate)
}

test('whoever asks in one turn shares a run; whoever asks during it shares the next; other keys wait for nobody', async () => {
  const { begun, ends, ask } = steps()
  const first = [ask('a'), ask('a')]
  await turn()
  expect(begun).toEqual(['a'])
  const others = [ask('a'), ask('a'), ask('a')]
  void ask('b')
  await turn()
  expect(begun).toEqual(['a', 'b'])
  ends[0]!()
  await Promise.all(first)
  await turn()
  expect(begun).toEqual(['a', 'b', 'a'])
  const last = ask('a')
  ends[2]!()
  await Promise.all(others)
  await turn()
  expect(begun).toEqual(['a', 'b', 'a', 'a'])
  ends[3]!()
  await last
  void ask('a')
  await turn()
  expect(begun).toHaveLength(5)
})

test('a run that fails, fails for those who wait for it alone', async () => {
  const { ends, ask } = steps()
  const first = ask('a')
  await turn()
  const second = ask('a')
  ends[0]!(new Error('away'))
  await expect(first).rejects.toThrow('away')
  await turn()
  ends[1]!()
  await second
})
