import { randomUUID } from 'node:crypto'
import { type ExportItem, type ExportSection, exportSections, personalDataInternal } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { asSidecar } from '@daguerre/kit/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { startPushService } from './push-service.ts'
import { commentEvent, createStage, followEvent, likeEvent, type Person, postEvent } from './stage.ts'

let stage: Awaited<ReturnType<typeof createStage>>
let service: Awaited<ReturnType<typeof startPushService>>
beforeAll(async () => {
  ;[stage, service] = await Promise.all([createStage(), startPushService()])
})
afterAll(() => Promise.all([stage.close(), service.stop()]))

let serial = 0
function person(): Person {
  return stage.person(`taken${++serial}`)
}

function ask(body: object): Promise<Response> {
  const headers = { ...asSidecar(stage.config), 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  return Promise.resolve(stage.app.request('/internal/personal-data', init))
}

/** A section of somebody's, to its end, two at a time. */
async function sectionOf<Section extends ExportSection>({ id: userId }: Person, section: Section) {
  const found: unknown[] = []
  let after: string | null = null
  do {
    const answer = await ask({ userId, section, after, limit: 2 })
    const page = personalDataInternal.notification.output.parse(await answer.json())
    found.push(...page.items)
    after = page.next
  } while (after !== null)
  return z.array(z.strictObject(exportSections[section].item.shape)).parse(found) as ExportItem<Section>[]
}

test('an export has what somebody was told, the latest first, with who did it and no word of theirs', async () => {
  const [me, likes, comments, follows] = [person(), person(), person(), person()]
  const postId = randomUUID()
  await stage.deliver('post', postEvent(postId, me))
  await stage.deliver('interaction', likeEvent(postId, me, likes))
  const comment = commentEvent(postId, me, comments)
  await stage.deliver('interaction', comment)
  await stage.deliver('user', followEvent(follows, me))
  const items = await sectionOf(me, 'notifications')
  const nothing = { commentId: null, decisionId: null, actorCount: 1, read: false }
  expect(items).toMatchObject([
    { ...nothing, kind: 'followed', postId: null, actors: [{ userId: follows.id, username: follows.username }] },
    { ...nothing, kind: 'commented', postId, actors: [{ userId: comments.id }], commentId: comment.data.commentId },
    { ...nothing, kind: 'liked', postId, actors: [{ userId: likes.id }] },
  ])
  expect(JSON.stringify(items)).not.toContain('What light!')
  expect(await sectionOf(likes, 'notifications')).toEqual([])
})

test('who is not there for somebody is in no notification of their export', async () => {
  const [me, blocked, other] = [person(), person(), person()]
  const postId = randomUUID()
  for (const who of [blocked, other]) await stage.deliver('interaction', likeEvent(postId, me, who))
  await stage.deliver('user', followEvent(blocked, me))
  stage.blocks.add(`${me.id}:${blocked.id}`)
  expect(await sectionOf(me, 'notifications')).toMatchObject([
    { kind: 'liked', actors: [{ userId: other.id }], actorCount: 1 },
  ])
})

test('while it is not known who is behind them an export waits, and lacks nothing', async () => {
  const [me, stranger] = [person(), { id: randomUUID(), username: 'x' }]
  await stage.deliver('interaction', likeEvent(randomUUID(), me, stranger))
  const body = { userId: me.id, section: 'notifications', after: null, limit: 2 }
  stage.dapr.down.add('user')
  const answer = await ask(body)
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'user.unavailable'])
  stage.dapr.down.delete('user')
  // Whoever it was has left meanwhile: that is known.
  expect(await sectionOf(me, 'notifications')).toMatchObject([{ actors: [{ userId: stranger.id, username: null }] }])
})

test('an export has the settings, and browsers to which news are sent without what one could send there with', async () => {
  const [me, other] = [person(), person()]
  expect(await sectionOf(me, 'notification-settings')).toMatchObject([
    { kinds: { posted: { inApp: true, push: false }, liked: { inApp: true, push: true } } },
  ])
  const [sessionId, browser] = [newId(), service.browser()]
  const headers = { 'content-type': 'application/json' }
  const init = { method: 'PUT', headers, body: JSON.stringify(browser) }
  expect((await stage.request(me, '/api/v1/notifications/push', init, sessionId)).status).toBe(204)
  const items = await sectionOf(me, 'push-subscriptions')
  expect(items).toMatchObject([{ sessionId, service: new URL(browser.endpoint).host }])
  for (const secret of [new URL(browser.endpoint).pathname, browser.keys.auth, browser.keys.p256dh]) {
    expect(JSON.stringify(items)).not.toContain(secret)
  }
  expect(await sectionOf(other, 'push-subscriptions')).toEqual([])
})

test('a place in a list that is none is refused', async () => {
  const answer = await ask({ userId: newId(), section: 'notifications', after: 'yesterday', limit: 2 })
  expect(answer.status).toBe(422)
})
