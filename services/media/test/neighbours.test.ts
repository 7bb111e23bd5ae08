import {
  authInternal,
  type ExportSection,
  exportSections,
  personalDataInternal,
  postInternal,
} from '@daguerre/contracts'
import { createHttpApp } from '@daguerre/kit/http'
import { newId } from '@daguerre/kit/id'
import { silentLogger } from '@daguerre/kit/log'
import { fakeDapr, testConfig } from '@daguerre/kit/testing'
import { expect, test } from 'vitest'
import { createTransferNeighbours } from '../src/transfer-neighbours.ts'

const config = testConfig({ APP_ID: 'media' })
const at = '2026-11-23T07:00:00.000Z'

type App = keyof typeof personalDataInternal

/** Notifications are in the order of their time. */
function nextOf(name: string, id: string): string {
  return name === 'notification' ? `${at}|${id}` : id
}

/** An app that keeps to its contract and has one like in each section. */
function appOf(name: App) {
  const app = createHttpApp({ config, log: silentLogger() })
  app.openapi(personalDataInternal[name], (c) => {
    const { userId, section, after } = c.req.valid('json') as { userId: string; section: string; after: string | null }
    const next = after === null ? nextOf(name, userId) : null
    return c.json({ items: section === 'likes' ? [{ postId: userId, at }] : [], next }, 200)
  })
  return app
}

const post = appOf('post')
post.openapi(postInternal.refs, (c) => {
  const items = c.req.valid('json').ids.map((id) => ({
    id,
    authorId: id,
    state: 'deleted' as const,
    audience: 'public' as const,
    commentsOff: false,
    likesHidden: false,
    version: 2,
  }))
  return c.json({ items }, 200)
})
post.openapi(postInternal.imported, (c) => c.json({ outcome: c.req.valid('json').caption as 'known' }, 200))
const auth = appOf('auth')
auth.openapi(authInternal.freshness, (c) => c.json({ freshness: 'stale' as const }, 200))
const apps = {
  ...{ auth, post },
  ...{
    user: appOf('user'),
    interaction: appOf('interaction'),
    notification: appOf('notification'),
    moderation: appOf('moderation'),
  },
}
const neighbours = createTransferNeighbours(fakeDapr(apps, config))

test('each section is asked of the service that has it, page by page', async () => {
  const remote = (Object.keys(exportSections) as ExportSection[]).filter((name) => name !== 'media')
  const userId = newId()
  for (const section of remote) {
    const page = await neighbours.personalData(section, { userId, after: null, limit: 10 })
    const next = nextOf(exportSections[section].app, userId)
    expect(page, section).toEqual({ items: section === 'likes' ? [{ postId: userId, at }] : [], next })
    expect((await neighbours.personalData(section, { userId, after: next, limit: 10 })).next).toBeNull()
  }
})

test('posts are asked for and given, and whether somebody has lately said who they are', async () => {
  const id = newId()
  expect(await neighbours.postRefs([id])).toMatchObject([{ id, authorId: id, state: 'deleted' }])
  const media = [{ mediaId: newId(), altText: '' }]
  const imported = {
    ...{ id, authorId: id, authorUsername: 'louise', audience: 'public' as const, media },
    location: null,
    createdAt: at,
  }
  expect(await neighbours.importPost({ ...imported, caption: 'known' })).toBe('known')
  expect(await neighbours.freshness({ id, sessionId: newId() })).toBe('stale')
})
