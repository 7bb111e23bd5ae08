import type { Problem } from '@daguerre/kit/problem'
import { openRedis } from '@daguerre/kit/redis'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { createTextRules, keepTextRules } from '../src/text-rules.ts'

// A database of its own: the list has one key.
const url = new URL(process.env['TEST_REDIS_URL'] ?? '')
url.pathname = '/9'
const redis = openRedis({ REDIS_URL: url.href, REDIS_CLUSTER: false })
beforeEach(() => redis.flushdb())
afterAll(() => redis.disconnect())

const rules = [
  { kind: 'word', value: 'lead', effect: 'refuse' },
  { kind: 'word', value: 'for sale', effect: 'hold' },
  { kind: 'domain', value: 'evil.example', effect: 'refuse' },
] as const

function open(memoryMs = 0, from: Parameters<typeof createTextRules>[0]['redis'] = redis) {
  const errors: unknown[] = []
  return { errors, textRules: createTextRules({ redis: from, onError: (error) => errors.push(error), memoryMs }) }
}

async function refusal(work: Promise<unknown>): Promise<Problem> {
  return work.then(
    () => expect.fail('it was taken'),
    (error: unknown) => error as Problem,
  )
}

test('names each field that has something blocked in it, and not what', async () => {
  await keepTextRules(redis, rules)
  const { textRules } = open()
  const problem = await refusal(
    textRules.check([
      ['#/caption', 'Silver'],
      ['#/media/0/altText', 'LEAD!'],
      ['#/location/name', undefined],
      ['#/website', 'https://www.evil.example'],
    ]),
  )
  expect(problem).toMatchObject({ status: 422, code: 'text.blocked' })
  expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(['#/media/0/altText', '#/website'])
  expect(JSON.stringify(problem.errors)).not.toMatch(/lead|evil/i)
})

test('what may be held is; what may not is refused, unless nobody is there to hear it', async () => {
  await keepTextRules(redis, rules)
  const { textRules } = open()
  const [sale, lead] = [[['#/caption', 'For sale: silver']], [['#/caption', 'Lead for sale']]] as const
  expect(
    await textRules.check(
      sale.map(([at, text]) => [at, text]),
      { mayHold: true },
    ),
  ).toEqual(['for sale'])
  await refusal(textRules.check([['#/text', 'For sale']]))
  await refusal(textRules.check([['#/caption', lead[0][1]]], { mayHold: true }))
  const held = await textRules.check([['#/caption', lead[0][1]]], { mayHold: true, mayRefuse: false })
  expect(held.toSorted()).toEqual(['for sale', 'lead'])
})

test('a change holds within the time that the list is remembered for; many ask together', async () => {
  let reads = 0
  const counted = {
    get(name: string) {
      reads += 1
      return redis.get(name)
    },
  }
  const { textRules } = open(200, counted)
  await Promise.all(Array.from({ length: 20 }, () => textRules.check([['#/text', 'lead']])))
  await textRules.check([['#/text', 'lead']])
  expect(reads).toBe(1)
  await keepTextRules(redis, rules)
  await expect
    .poll(
      () =>
        textRules.check([['#/text', 'lead']]).then(
          () => 'taken',
          () => 'refused',
        ),
      { timeout: 3000 },
    )
    .toBe('refused')
  await keepTextRules(redis, [])
  await expect
    .poll(
      () =>
        textRules.check([['#/text', 'lead']]).then(
          () => 'taken',
          () => 'refused',
        ),
      { timeout: 3000 },
    )
    .toBe('taken')
})

test('without Redis the last list holds, and before there was one everything is taken; what is no list changes nothing', async () => {
  const state = { isAway: true }
  const flaky = {
    async get(name: string) {
      if (state.isAway) throw new Error('away')
      return redis.get(name)
    },
  }
  const { textRules, errors } = open(0, flaky)
  await keepTextRules(redis, rules)
  expect(await textRules.check([['#/text', 'lead']])).toEqual([])
  expect(errors).toHaveLength(1)
  state.isAway = false
  await refusal(textRules.check([['#/text', 'lead']]))
  state.isAway = true
  await refusal(textRules.check([['#/text', 'lead']]))
  state.isAway = false
  await redis.set('blocked-texts', '{"half a')
  await refusal(textRules.check([['#/text', 'lead']]))
  await redis.flushdb()
  await refusal(textRules.check([['#/text', 'lead']]))
})
