import { createECDH, randomBytes } from 'node:crypto'
import { Notification, NotificationPreferences, PushState } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { api, done, read, refused } from '../support/api.ts'
import { follow, signInAgain, signUp } from '../support/people.ts'
import { allOf } from '../support/posts.ts'
import { settled } from '../support/soon.ts'

const path = '/api/v1/notifications/push'

function someBrowser() {
  const p256dh = createECDH('prime256v1').generateKeys().toString('base64url')
  const endpoint = `https://push.example.net/${randomBytes(8).toString('hex')}`
  return { endpoint, expirationTime: null, keys: { p256dh, auth: randomBytes(16).toString('base64url') } }
}

test('a browser subscribes by its session, with the key of this installation', async () => {
  const louise = await signUp('louise')
  const elsewhere = await signInAgain(louise)
  const before = await read(PushState, api(louise).get(path))
  expect(before).toMatchObject({ subscribed: false, endpoint: null })
  const browser = someBrowser()
  await done(api(louise).put(path, browser))
  const after = await read(PushState, api(louise).get(path))
  expect(after).toEqual({ ...before, subscribed: true, endpoint: browser.endpoint })
  expect(await read(PushState, api(elsewhere).get(path))).toEqual(before)
  await done(api(louise).delete(path))
  expect(await read(PushState, api(louise).get(path))).toEqual(before)
})

test('nothing is sent to the inside', async () => {
  const louise = await signUp('louise')
  for (const endpoint of ['https://10.0.0.1/x', 'https://[::1]/x', 'https://localhost/x', 'https://redis:6379/x']) {
    await refused(api(louise).put(path, { ...someBrowser(), endpoint }), 422, 'push.endpoint_refused')
  }
})

test('a kind that is switched off is not seen, and is there again when it is on', async () => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const preferences = '/api/v1/notifications/preferences'
  await read(NotificationPreferences, api(louise).get(preferences))
  const off = { kinds: { followed: { inApp: false } } }
  const changed = await read(NotificationPreferences, api(louise).patch(preferences, off))
  expect(changed.kinds.followed).toEqual({ inApp: false, push: true })
  await follow(nadar, louise)
  await api(louise).patch(preferences, { kinds: { followed: { inApp: true } } })
  await settled(async () => {
    expect(await allOf(Notification, louise, '/api/v1/notifications')).toMatchObject([{ kind: 'followed' }])
  })
  await api(louise).patch(preferences, off)
  expect(await allOf(Notification, louise, '/api/v1/notifications')).toEqual([])
})
