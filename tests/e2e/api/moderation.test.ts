import {
  AccountStanding,
  Act,
  AuditEntry,
  BlockedText,
  CaseDetail,
  ExportLink,
  type Notification,
  OwnAct,
  Page,
  PhotoBlock,
  Post,
  ProblemDetails,
} from '@daguerre/contracts'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { system } from '../../setup/system.ts'
import { api, done, read, refused } from '../support/api.ts'
import { operations } from '../support/description.ts'
import { readyExport, unzip } from '../support/exports.ts'
import { follow, type Person, signInAgain, signUp, unique } from '../support/people.ts'
import { readyPhoto, unlikePhoto } from '../support/photos.ts'
import { comment, idsOf, publish } from '../support/posts.ts'
import { signUpAs } from '../support/roles.ts'
import { settled, soon } from '../support/soon.ts'

const PostPage = Page(Post)
let moderator: Person
beforeAll(async () => {
  moderator = await signUpAs('moderator')
})

function act(kind: string, subject: { kind: string; id: string }, more: { until?: string } = {}): Promise<Act> {
  const body = { kind, subject, reason: 'Against the rules', ...more }
  return read(Act, api(moderator).post('/api/v1/moderation/acts', body), 201)
}

/** Milliseconds from `begin` until the stream of somebody's notifications was closed from the other side. */
async function streamEnds(person: Person, begin: () => Promise<number>): Promise<number> {
  const response = await fetch(`${system.url}/api/v1/notifications/stream`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${person.accessToken}` },
  })
  const ended = (async () => {
    try {
      for await (const _part of response.body!);
    } catch {
      // Cut off is ended, too.
    }
    return performance.now()
  })()
  const beganAt = await begin()
  return (await ended) - beganAt
}

test('what is reported comes to moderators; a hidden post is gone for all but its author, who is told and appeals, until it is restored', async () => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise, 'The bridge')
  const subject = { kind: 'post', id: post.id }
  const path = `/api/v1/posts/${post.id}`
  await done(api(nadar).post('/api/v1/reports', { subject, reason: 'theft', text: 'This is mine' }))
  const hidden = await act('hide_post', subject)
  await settled(async () => {
    expect((await api(nadar).get(path)).status).toBe(404)
    expect((await api(nadar).get(`${path}/comments`)).status).toBe(404)
    expect((await read(PostPage, api().get(`/api/v1/users/${louise.username}/posts`))).items).toEqual([])
    expect(idsOf((await read(PostPage, api().get('/api/v1/feed?limit=100'))).items)).not.toContain(post.id)
  })
  expect((await read(Post, api(louise).get(path))).state).toBe('hidden')
  const told = await soon('the author is told', async () => {
    const { body } = await api(louise).get('/api/v1/notifications')
    return (body as { items: Notification[] }).items.find(({ kind }) => kind === 'moderated')
  })
  expect(told).toMatchObject({ actors: [], act: { id: hidden.id, kind: 'hide_post', reason: 'Against the rules' } })
  expect(JSON.stringify(told)).not.toContain(nadar.id)
  await done(api(louise).post('/api/v1/appeals', { actId: hidden.id, text: 'I took it myself' }))
  await act('restore_post', subject)
  await settled(async () => expect((await api(nadar).get(path)).status).toBe(200))
  const own = await read(Page(OwnAct), api(louise).get('/api/v1/users/me/acts'))
  expect(own.items.map(({ kind, appeal }) => [kind, appeal?.state])).toEqual([
    ['restore_post', undefined],
    ['hide_post', 'open'],
  ])
})

test('a role that is given, and an account that is freed, are on record with who, why, before and after', async () => {
  const [admin, person] = await Promise.all([signUpAs('admin'), signUp('person')])
  const path = `/api/v1/admin/roles/${person.id}`
  expect((await api(admin).put(path, { role: 'moderator', reason: 'Helps out' })).status).toBe(200)
  await refused(api(admin).put(path, { role: 'member' }), 422, 'request.invalid')
  await done(api(admin).post(`/api/v1/admin/accounts/${person.id}/free`, { reason: 'Called back' }))
  const entry = await soon('it is on record', async () => {
    const { items } = await read(Page(AuditEntry), api(moderator).get('/api/v1/moderation/audit?limit=100'))
    return items.find(({ subject }) => subject.id === person.id)
  })
  expect(entry).toMatchObject({
    actor: { id: admin.id, username: admin.username },
    action: 'change_role',
    reason: 'Helps out',
    before: { role: 'member' },
    after: { role: 'moderator' },
  })
})

test('a comment that is removed is gone, and a sensitive post says so', async () => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const post = await publish(louise)
  const { id } = await comment(nadar, post.id, 'Nonsense')
  await act('remove_comment', { kind: 'comment', id })
  await act('mark_sensitive', { kind: 'post', id: post.id })
  await settled(async () => {
    expect((await api(louise).get(`/api/v1/comments/${id}`)).status).toBe(404)
    expect((await read(Post, api().get(`/api/v1/posts/${post.id}`))).sensitive).toBe(true)
  })
})

test('a suspension ends sessions and open streams within a second, sign-in says until when and why; lifting lets them in again', async () => {
  const louise = await signUp('louise')
  const subject = { kind: 'account', id: louise.id }
  const until = new Date(Date.now() + 3_600_000).toISOString()
  const tookMs = await streamEnds(louise, async () => {
    await act('suspend', subject, { until })
    return performance.now()
  })
  expect(tookMs).toBeLessThan(1000)
  await refused(api(louise).get('/api/v1/auth/me'), 401, 'auth.session_ended')
  const credentials = { login: louise.username, password: louise.password }
  for (const asked of [
    api().post('/api/v1/auth/login', credentials),
    api().post('/api/v1/auth/refresh', { refreshToken: louise.refreshToken }),
  ]) {
    const problem = await refused(asked, 403, 'auth.account_suspended')
    expect(ProblemDetails.parse(problem).suspension).toMatchObject({ until, reason: 'Against the rules' })
  }
  await refused(api({ accessToken: await exportTokenOf(louise) }).get('/api/v1/auth/me'), 403, 'auth.scope_missing')
  await act('lift', subject)
  const back = await soon('they can sign in again', () => signInAgain(louise).catch(() => undefined))
  expect((await api(back).get('/api/v1/auth/me')).status).toBe(200)
})

test('who is banned takes along all that is theirs, and can do nothing else', async () => {
  const louise = await signUp('louise')
  const post = await publish(louise, 'Mine all the same')
  await act('ban', { kind: 'account', id: louise.id })
  await soon('the session is over', async () => (await api(louise).get('/api/v1/auth/me')).status === 401)
  const taking = { ...louise, accessToken: await exportTokenOf(louise) }
  const id = await readyExport(taking)
  const { url } = await read(ExportLink, api(taking).post(`/api/v1/exports/${id}/link`))
  const files = await unzip((await api().get<Uint8Array>(url)).body)
  expect(String(files.get('data/posts.json'))).toContain(post.id)
  expect(String(files.get('data/decisions.json'))).toContain('Against the rules')
  expect(String(files.get('index.html'))).toContain('Mine all the same')
  const open: string[] = []
  for (const operation of operations.filter(({ security }) => security?.some((one) => 'bearer' in one))) {
    const { method, path } = operation
    if (path.startsWith('/api/v1/exports')) continue
    const at = path.replaceAll(/\{\w+\}/g, louise.id)
    const headers = { authorization: `Bearer ${taking.accessToken}` }
    const answer = await fetch(`${system.url}${at}`, { method, headers })
    const text = await answer.text()
    if (answer.status !== 403 || !text.includes('auth.scope_missing')) open.push(`${method} ${path}: ${answer.status}`)
  }
  expect(open).toEqual([])
  // Once they are let in again they sign in as all do.
  await act('lift', { kind: 'account', id: louise.id })
  await soon('the link is over', async () => (await api().get(url)).status === 404)
})

/** What who is suspended gets who knows their password. */
async function exportTokenOf({ username, password }: Person): Promise<string> {
  const asked = api().post('/api/v1/auth/login', { login: username, password })
  const { suspension } = ProblemDetails.parse(await refused(asked, 403, 'auth.account_suspended'))
  return suspension?.exportToken ?? ''
}

test('photos of a post that is removed are refused from now on, whoever brings them, and moderators hear of it, until they are let in again', async () => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const picture = await unlikePhoto()
  const [before, post] = [
    await readyPhoto(nadar, picture),
    await publish(louise, '', (await readyPhoto(louise, picture)).id),
  ]
  const reason = `Against the rules ${post.id}`
  const body = { kind: 'remove_post', subject: { kind: 'post', id: post.id }, reason, blockPhotos: true }
  await read(Act, api(moderator).post('/api/v1/moderation/acts', body), 201)
  const smaller = await sharp(picture).resize(240).webp({ quality: 40 }).toBuffer()
  const refusedPhoto = await soon('it is refused', async () => {
    const photo = await readyPhoto(nadar, smaller)
    return photo.state === 'failed' && photo
  })
  expect(refusedPhoto.reason).toBe('blocked')
  const media = [{ mediaId: refusedPhoto.id, altText: '' }]
  await refused(api(nadar).post('/api/v1/posts', { media }), 422, 'media.failed')
  const detail = await soon('there is a case', async () => {
    const standing = await read(AccountStanding, api(moderator).get(`/api/v1/moderation/accounts/${nadar.id}`))
    const [found] = standing.cases
    const whole = found && (await read(CaseDetail, api(moderator).get(`/api/v1/moderation/cases/${found.id}`)))
    const ids = whole?.reports.map(({ photo }) => photo?.id) ?? []
    return ids.includes(before.id) && ids.includes(refusedPhoto.id) && whole
  })
  expect(detail.reports.every(({ reporter, reason: why }) => reporter === null && why === 'blocked_photo')).toBe(true)
  const here = detail.reports.find(({ photo }) => photo?.id === before.id)?.photo
  expect(here?.isRefused).toBe(false)
  expect((await fetch(`${system.url}${here?.image}`)).status).toBe(200)
  expect(detail.reports.find(({ photo }) => photo?.id === refusedPhoto.id)?.photo).toMatchObject({ isRefused: true })

  const { items } = await read(Page(PhotoBlock), api(moderator).get('/api/v1/moderation/photo-blocks?limit=100'))
  const block = items.find((one) => one.reason === reason)
  await done(api(moderator).delete(`/api/v1/moderation/photo-blocks/${block?.id}`))
  await soon('it is taken again', async () => (await readyPhoto(nadar, smaller)).state === 'ready')
})

test('a blocked word is refused in posts, comments and profiles within seconds; for another a post is held until a moderator lets it through', async () => {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  const [refusedWord, heldWord] = [`r${unique()}`, `h${unique()}`]
  const own = await publish(louise)
  const blocked: string[] = []
  for (const [value, effect] of [
    [refusedWord, 'refuse'],
    [heldWord, 'hold'],
  ]) {
    const body = { kind: 'word', value, effect }
    blocked.push((await read(BlockedText, api(moderator).post('/api/v1/moderation/blocked-texts', body), 201)).id)
  }
  const media = [{ mediaId: own.media[0]!.id, altText: '' }]
  const caption = `Look: ${refusedWord.toUpperCase()}!`
  await soon('all know the word', async () => {
    const answers = await Promise.all([
      api(nadar).post(`/api/v1/posts/${own.id}/comments`, { text: caption }),
      api(louise).post('/api/v1/posts', { caption, media }),
      api(louise).patch('/api/v1/users/me', { bio: caption }),
    ])
    return answers.every(({ status }) => status === 422)
  })
  await refused(api(louise).patch(`/api/v1/posts/${own.id}`, { caption }), 422, 'text.blocked')

  await follow(nadar, louise)
  const wanted = { caption: `A ${heldWord} for @${nadar.username}`, media }
  const held = await read(Post, api(louise).post('/api/v1/posts', wanted), 201)
  expect(held.state).toBe('held')
  const found = await soon('there is a case', async () => {
    const { cases } = await read(AccountStanding, api(moderator).get(`/api/v1/moderation/accounts/${louise.id}`))
    return cases.find(({ subject }) => subject.id === held.id)
  })
  expect(found).toMatchObject({ reasons: ['blocked_text'], snapshot: { text: held.caption } })
  expect((await fetch(`${system.url}${found.snapshot?.images[0]}`)).status).toBe(200)
  await refused(api(nadar).get(`/api/v1/posts/${held.id}`), 404, 'post.not_found')
  await act('restore_post', { kind: 'post', id: held.id })
  await soon('it is news', async () => {
    const { body } = await api(nadar).get('/api/v1/notifications')
    const { items } = body as { items: Notification[] }
    return items.some(({ post }) => post?.id === held.id)
  })
  expect((await read(Post, api(nadar).get(`/api/v1/posts/${held.id}`))).state).toBe('published')
  for (const id of blocked) await done(api(moderator).delete(`/api/v1/moderation/blocked-texts/${id}`))
  await soon(
    'it may be said again',
    async () => (await api(louise).patch('/api/v1/users/me', { bio: caption })).status === 200,
  )
})
