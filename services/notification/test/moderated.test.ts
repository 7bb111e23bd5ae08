import { events, makeEvent } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createStage } from './stage.ts'

let stage: Awaited<ReturnType<typeof createStage>>
beforeAll(async () => {
  stage = await createStage()
})
afterAll(() => stage.close())

function acted(personId: string, actId: string, outcome: 'upheld' | null = null) {
  return makeEvent(events.moderatorActed, {
    subject: actId,
    version: outcome ? 2 : 1,
    data: {
      actId,
      personId,
      kind: 'hide_post',
      subject: { kind: 'post', id: newId() },
      reason: outcome ? 'It stays' : 'Not yours',
      until: null,
      outcome,
      at: new Date().toISOString(),
    },
  })
}

test('somebody is told what a moderator did and why, and of the answer to their appeal, once each and without who it was', async () => {
  const ann = stage.person('ann')
  const actId = newId()
  const [done, answered] = [acted(ann.id, actId), acted(ann.id, actId, 'upheld')]
  for (const event of [answered, done, answered, done]) expect(await stage.deliver('moderation', event)).toBe('SUCCESS')
  const items = await stage.list(ann)
  expect(items).toHaveLength(2)
  for (const [outcome, reason] of [
    ['upheld', 'It stays'],
    [null, 'Not yours'],
  ] as const) {
    expect(items.find(({ act }) => act?.outcome === outcome)).toMatchObject({
      kind: 'moderated',
      actors: [],
      actorCount: 0,
      post: null,
      act: { id: actId, kind: 'hide_post', reason },
    })
  }
  expect(await stage.unread(ann)).toBe(2)
})
