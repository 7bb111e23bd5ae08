import { events, hiddenWordLimits } from '@daguerre/contracts'
import { beforeAll, expect, test } from 'vitest'
import { type Account, startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

function restrict(who: string, as?: Account) {
  return user.put(`/api/v1/users/${who}/restrict`, as ? { as } : {})
}

function hide(words: unknown, as?: Account) {
  return user.putBody('/api/v1/users/me/hidden-words', { words }, as ? { as } : {})
}

async function judged(...comments: [writer: Account, author: Account, text: string][]): Promise<(string | null)[]> {
  const asked = comments.map(([writer, author, text]) => ({ writerId: writer.id, authorId: author.id, text }))
  const { body } = await user.post('/internal/judgements', { comments: asked }, { apiToken: user.apiToken })
  return body.heldBy
}

test('a restriction is said once or again, listed for who restricts alone, and taken back; the other sees no difference', async () => {
  const [ann, bob, cleo] = await user.people('r_ann', 'r_bob', 'r_cleo')
  for (const who of [bob.username, bob.id, cleo.id]) expect((await restrict(who, ann)).status).toBe(204)
  const first = await user.get('/api/v1/users/me/restricted?limit=1', { as: ann })
  const second = await user.get(`/api/v1/users/me/restricted?limit=1&cursor=${first.body.nextCursor}`, { as: ann })
  expect([...first.body.items, ...second.body.items]).toMatchObject([{ username: 'r_cleo' }, { username: 'r_bob' }])
  expect((await user.get('/api/v1/users/me/restricted', { as: bob })).body.items).toEqual([])
  expect((await user.get('/api/v1/users/r_bob', { as: ann })).body.viewer).toMatchObject({ restricted: true })
  expect((await user.get('/api/v1/users/r_ann', { as: bob })).body.viewer).toMatchObject({ restricted: false })
  for (let times = 0; times < 2; times++) {
    expect((await user.delete('/api/v1/users/r_bob/restrict', { as: ann })).status).toBe(204)
  }
  expect((await user.get('/api/v1/users/r_bob', { as: ann })).body.viewer).toMatchObject({ restricted: false })
  await restrict('r_bob', ann)
  expect((await user.eventsOf(`${ann.id}:${bob.id}`)).map(({ type, version }) => [type, version])).toEqual([
    [events.restricted.type, 1],
    [events.unrestricted.type, 2],
    [events.restricted.type, 3],
  ])
})

test('nobody restricts themselves, somebody who is not there, or whom they are not there for', async () => {
  const [dora, eve] = await user.people('r_dora', 'r_eve')
  await user.put(`/api/v1/users/${dora.id}/block`, { as: eve })
  const answers = [
    await restrict('r_dora', dora),
    await restrict('nobody_at_all', dora),
    await restrict('r_eve', dora),
    await restrict('r_eve'),
  ]
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual([
    [422, 'restrict.self'],
    [404, 'user.not_found'],
    [404, 'user.not_found'],
    [401, 'auth.token_missing'],
  ])
})

test('comments are held by whom the author of the post restricts, and by the words that they hide, below their own posts alone', async () => {
  const [author, writer, other] = await user.people('j_author', 'j_writer', 'j_other')
  expect(await judged([writer, author, 'spam'])).toEqual([null])
  await restrict('j_writer', author)
  expect((await hide(['Spam', 'free followers'], author)).body).toEqual({ words: ['Spam', 'free followers'] })
  expect(
    await judged(
      [writer, author, 'hello'],
      [other, author, 'FREE  followers!'],
      [other, author, 'hello'],
      [author, author, 'my spam'],
      [author, writer, 'spam'],
    ),
  ).toEqual(['restriction', 'words', null, null, null])
  await user.delete('/api/v1/users/j_writer/restrict', { as: author })
  expect(await judged([writer, author, 'hello'], [writer, author, 'spåm'])).toEqual([null, 'words'])
  expect((await user.post('/internal/judgements', { comments: [] })).status).toBe(401)
})

test('hidden words are one list, replaced as a whole, each once, and nobody’s business', async () => {
  const [fay, gus] = await user.people('h_fay', 'h_gus')
  const path = '/api/v1/users/me/hidden-words'
  expect((await user.get(path, { as: fay })).body).toEqual({ words: [] })
  expect((await hide([' Spam ', 'SPAM', 'spåm', '🍆'], fay)).body).toEqual({ words: ['Spam', '🍆'] })
  expect((await user.get(path, { as: fay })).body).toEqual({ words: ['Spam', '🍆'] })
  expect((await user.get(path, { as: gus })).body).toEqual({ words: [] })
  const most = Array.from({ length: hiddenWordLimits.words }, (_, index) => `word${index}`)
  expect((await hide(most, fay)).status).toBe(200)
  for (const words of [
    [''],
    [' '],
    ['\u200b'],
    ['a\nb'],
    ['x'.repeat(hiddenWordLimits.length + 1)],
    [7],
    'spam',
    [...most, 'one more'],
  ]) {
    expect([words, (await hide(words, fay)).body.code]).toEqual([words, 'request.invalid'])
  }
  expect((await user.get(path, { as: fay })).body.words).toHaveLength(hiddenWordLimits.words)
  expect((await hide([], fay)).body).toEqual({ words: [] })
  expect([(await hide(['x'])).status, (await user.get(path)).status]).toEqual([401, 401])
})

test('both are in the export of who set them', async () => {
  const [hal, ivy] = await user.people('x_hal', 'x_ivy')
  await restrict('x_ivy', hal)
  await hide(['spam', 'ham'], hal)
  async function section(name: string) {
    const body = { userId: hal.id, section: name, after: null, limit: 10 }
    return (await user.post('/internal/personal-data', body, { apiToken: user.apiToken })).body.items
  }
  expect(await section('restrictions')).toMatchObject([{ userId: ivy.id, username: 'x_ivy' }])
  expect(await section('hidden-words')).toEqual([{ word: 'spam' }, { word: 'ham' }])
})
