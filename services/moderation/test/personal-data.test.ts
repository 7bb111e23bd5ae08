import { type ExportSection, exportSections } from '@daguerre/contracts'
import { z } from 'zod'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStage, type Somebody, type Stage } from './stage.ts'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.stop())

async function sectionOf({ id: userId }: Somebody, section: ExportSection) {
  const found: unknown[] = []
  let after = null
  do {
    const body = { userId, section, after, limit: 2 }
    const answer = await stage.request('POST', '/internal/personal-data', { api: false, body })
    expect(answer.status).toBe(200)
    found.push(...z.array(exportSections[section].item).parse(answer.body.items))
    after = answer.body.next
  } while (after !== null)
  return found
}

test('an export has what somebody reported, and what was decided about them, without who did; nothing of others', async () => {
  const [ann, bob, mod] = [stage.person('ann'), stage.person('bob'), stage.moderator('mod')]
  const posts = Array.from({ length: 3 }, () => stage.post(bob))
  for (const post of posts) await stage.report(ann, post, 'spam', `I saw ${post.id}`)
  await stage.report(bob, stage.post(ann))
  const reports = posts.map(({ id }) => ({ kind: 'post', subjectId: id, reason: 'spam', text: `I saw ${id}` }))
  expect(await sectionOf(ann, 'reports')).toMatchObject(reports.toReversed())
  expect(await sectionOf(ann, 'decisions')).toEqual([])

  const acts: string[] = []
  for (const post of posts) acts.push((await stage.act(mod, 'hide_post', post)).body.id as string)
  await stage.request('POST', '/appeals', { as: bob, body: { actId: acts[0], text: 'It is mine' } })
  const decisions = await sectionOf(bob, 'decisions')
  expect(decisions).toMatchObject(
    acts
      .toReversed()
      .map((id) => ({ id, act: 'hide_post', kind: 'post', appeal: id === acts[0] ? 'It is mine' : null })),
  )
  expect(JSON.stringify(decisions)).not.toContain(mod.id)
  expect(await sectionOf(bob, 'reports')).toHaveLength(1)
})
