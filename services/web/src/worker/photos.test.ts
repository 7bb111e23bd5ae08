import { expect, test } from 'vitest'
import { trim } from './photos.ts'

test('what was kept first goes first, and no more than has to', async () => {
  const kept = new Map(Array.from({ length: 10 }, (_, i) => [`/media/${i}/small.webp`, i]))
  const cache = {
    keys: async () => [...kept.keys()].map((url) => new Request(`http://localhost${url}`)),
    delete: async (request: Request) => kept.delete(new URL(request.url).pathname),
  } as unknown as Cache
  await trim(cache, 4)
  expect([...kept.values()]).toEqual([6, 7, 8, 9])
  await trim(cache, 4)
  expect(kept.size).toBe(4)
})
