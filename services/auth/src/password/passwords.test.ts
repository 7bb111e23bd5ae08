import { expect, test } from 'vitest'
import { createPasswords, owaspParameters } from './passwords.ts'

const light = { memoryCost: 1024, timeCost: 1, parallelism: 1 }

test('a password is stored as argon2id with the parameters that OWASP recommends', async () => {
  const passwords = await createPasswords({ concurrency: 1, queueLength: 1 })
  const stored = await passwords.hash('silver-on-copper-1839')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await passwords.verify(stored, 'silver-on-copper-1839')).toEqual({ right: true, outdated: false })
  expect(await passwords.verify(stored, 'silver-on-copper-1838')).toEqual({ right: false, outdated: false })
})

test('a hash of other parameters is still right, and known as outdated', async () => {
  const before = await createPasswords({ concurrency: 1, queueLength: 1, parameters: light })
  const now = await createPasswords({ concurrency: 1, queueLength: 1, parameters: { ...light, timeCost: 2 } })
  expect(await now.verify(await before.hash('daguerreotype'), 'daguerreotype')).toEqual({ right: true, outdated: true })
})

test('without an account the answer is no, and the same work is done', async () => {
  const passwords = await createPasswords({ concurrency: 1, queueLength: 1, parameters: owaspParameters })
  const stored = await passwords.hash('silver-on-copper-1839')
  async function timed(of: string | null) {
    const from = performance.now()
    expect((await passwords.verify(of, 'wrong')).right).toBe(false)
    return performance.now() - from
  }
  async function fastest(of: string | null) {
    return Math.min(await timed(of), await timed(of), await timed(of))
  }
  const [known, unknown] = [await fastest(stored), await fastest(null)]
  expect(unknown).toBeGreaterThan(known / 3)
  expect(unknown).toBeLessThan(known * 3)
})

test('a NUL, a long password and any language are hashed whole', async () => {
  const passwords = await createPasswords({ concurrency: 1, queueLength: 1, parameters: light })
  const stored = await passwords.hash('before\0after')
  expect((await passwords.verify(stored, 'before\0other')).right).toBe(false)
  const long = 'é漢'.repeat(100)
  const storedLong = await passwords.hash(long)
  expect((await passwords.verify(storedLong, long)).right).toBe(true)
  expect((await passwords.verify(storedLong, `${long.slice(0, -1)}x`)).right).toBe(false)
})

test('no more are hashed at once than allowed; who comes when the queue is full is told to try again', async () => {
  const passwords = await createPasswords({ concurrency: 1, queueLength: 2, parameters: light })
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => passwords.hash('daguerreotype')))
  expect(results.map((result) => result.status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
  ])
  expect(results[4]).toMatchObject({ reason: { status: 503, code: 'auth.busy' } })
  await expect(passwords.hash('daguerreotype')).resolves.toMatch(/^\$argon2id/)
})
