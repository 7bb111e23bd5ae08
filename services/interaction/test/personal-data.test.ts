import { type ExportSection, exportSections } from '@daguerre/contracts'
import { asSidecar } from '@daguerre/kit/testing'
import { z } from 'zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture, type Fixture } from './fixture.ts'

let at: Fixture
beforeAll(async () => {
  at = await createFixture()
})
afterAll(() => at.drop())

async function sectionOf(userId: string, section: ExportSection) {
  const found: unknown[] = []
  let after = null
  do {
    const body = { userId, section, after, limit: 2 }
    const answer = await at.request('POST', '/internal/personal-data', undefined, body, asSidecar(at.config))
    expect(answer.status).toBe(200)
    found.push(...z.array(exportSections[section].item).parse(answer.body.items))
    after = answer.body.next
  } while (after !== null)
  return found
}

test('an export has what somebody wrote, likes and saved, the newest first, page by page; nothing of others', async () => {
  const viewer = at.person()
  const other = at.person()
  const posts = Array.from({ length: 3 }, () => at.post(other))
  const comments: string[] = []
  for (const id of posts) {
    for (const person of [viewer, other]) {
      await at.request('POST', `/api/v1/posts/${id}/like`, person)
      await at.request('PUT', `/api/v1/posts/${id}/save`, person)
      const { body } = await at.request('POST', `/api/v1/posts/${id}/comments`, person, {
        text: `by ${person.username}`,
      })
      if (person === viewer) comments.unshift(body.id)
    }
  }
  await at.request('POST', `/api/v1/comments/${comments[0]}/like`, viewer)
  await at.request('DELETE', `/api/v1/posts/${posts[1]}/like`, viewer)
  const newest = posts.toReversed()
  expect(await sectionOf(viewer.id, 'comments')).toMatchObject(
    comments.map((id, index) => ({ id, postId: newest[index], text: `by ${viewer.username}` })),
  )
  expect(await sectionOf(viewer.id, 'likes')).toMatchObject([{ postId: posts[2] }, { postId: posts[0] }])
  expect(await sectionOf(viewer.id, 'comment-likes')).toMatchObject([{ commentId: comments[0] }])
  const saves = (await sectionOf(viewer.id, 'saves')) as { postId: string; at: string }[]
  expect(saves.map(({ postId }) => postId)).toEqual(newest)
  expect(Math.abs(Date.parse(saves[0]!.at) - Date.now())).toBeLessThan(60_000)
})
