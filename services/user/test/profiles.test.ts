import { copyKey } from '@daguerre/copies/copies'
import { beforeAll, describe, expect, test } from 'vitest'
import { startUser, type UserHarness } from './harness.ts'

let user: UserHarness
beforeAll(async () => {
  user = await startUser()
  return user.stop
})

test('copies of a profile are held by its change, so that one sees oneself as one is', async () => {
  const held = await user.named('held', 'Held')
  expect((await user.copies.read([copyKey.person(held.id)]))[0]?.isHeld).toBe(true)
})

describe('GET users/{id or username}', () => {
  test('a person is found by id and by username, whatever the capitals', async () => {
    const louise = await user.person('louise')
    const byId = await user.get(`/api/v1/users/${louise.id.toUpperCase()}`)
    const byName = await user.get('/api/v1/users/Louise')
    expect(byId.status).toBe(200)
    expect(byId.body).toEqual({
      id: louise.id,
      username: 'louise',
      displayName: 'louise',
      bio: '',
      website: null,
      avatar: null,
      private: false,
      counts: { posts: 0, followers: 0, following: 0 },
      viewer: null,
    })
    expect(byName.body).toEqual(byId.body)
  })

  test('somebody whose account is too new for its event becomes known through auth, once', async () => {
    const ada = user.account('adanew')
    const asked = user.calls.length
    const answer = await user.get('/api/v1/users/adanew')
    expect(answer.status).toBe(200)
    expect(answer.body.id).toBe(ada.id)
    expect((await user.get(`/api/v1/users/${ada.id}`)).status).toBe(200)
    expect(user.calls.slice(asked)).toEqual(['auth'])
    expect(await user.eventsOf(ada.id)).toEqual([
      {
        type: 'daguerre.user.profile-updated.v1',
        version: 1,
        data: { person: expect.objectContaining({ username: 'adanew' }), account: 'open' },
      },
    ])
  })

  test('nobody of that id or name is a 404, after one question to auth', async () => {
    const asked = user.calls.length
    const answer = await user.get('/api/v1/users/nobody.here')
    expect(answer).toMatchObject({ status: 404, body: { code: 'user.not_found' } })
    expect(user.calls.slice(asked)).toEqual(['auth'])
  })

  test('with auth down known people are served, and unknown ones are a 503 that says try again', async () => {
    await user.person('known1')
    await user.without('auth', async () => {
      expect((await user.get('/api/v1/users/known1')).status).toBe(200)
      const answer = await user.get('/api/v1/users/unknown1')
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).not.toBeNull()
    })
  })

  test.each(['a', 'x y z', 'zo%C3%AB', '..%2F', '%00abc', 'a'.repeat(500), '0199a0c4-7e00-7000-8000'])(
    'what can be neither id nor username is refused: %s',
    async (ref) => {
      expect((await user.get(`/api/v1/users/${ref}`)).status).toBe(422)
    },
  )

  test('a token that does not hold is refused, not ignored', async () => {
    await user.person('known2')
    expect((await user.get('/api/v1/users/known2', { token: 'invented' })).status).toBe(401)
  })
})

describe('users/me', () => {
  test('is there before the account event has come, and with auth down', async () => {
    const eve = user.account('eve.early')
    await user.without('auth', async () => {
      const answer = await user.get('/api/v1/users/me', { as: eve })
      expect(answer.status).toBe(200)
      expect(answer.body).toMatchObject({ id: eve.id, username: 'eve.early', viewer: null })
    })
    expect(await user.eventsOf(eve.id)).toHaveLength(1)
  })

  test('ten first requests at once make one profile and one event', async () => {
    const tom = user.account('tom.tenfold')
    const answers = await Promise.all(Array.from({ length: 10 }, () => user.get('/api/v1/users/me', { as: tom })))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(await user.eventsOf(tom.id)).toHaveLength(1)
  })

  test('nobody signed in is a 401', async () => {
    expect((await user.get('/api/v1/users/me')).status).toBe(401)
    expect((await user.patch('/api/v1/users/me', { bio: 'x' })).status).toBe(401)
  })

  test('changes are seen at once, announced with the whole short form and a risen version', async () => {
    const mia = await user.person('mia')
    const change = { displayName: ' Mïa  Möhn ', bio: 'Silver\non copper', website: 'https://example.org' }
    const answer = await user.patch('/api/v1/users/me', change, { as: mia })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      displayName: 'Mïa  Möhn',
      bio: 'Silver\non copper',
      website: 'https://example.org',
    })
    expect((await user.get('/api/v1/users/mia')).body).toMatchObject({ displayName: 'Mïa  Möhn' })
    expect((await user.eventsOf(mia.id)).at(-1)).toEqual({
      type: 'daguerre.user.profile-updated.v1',
      version: 2,
      data: { person: { id: mia.id, username: 'mia', displayName: 'Mïa  Möhn', avatar: null }, account: 'open' },
    })
  })

  test('only what is named changes, null removes, and the same again is no change', async () => {
    const ben = await user.person('ben')
    await user.patch('/api/v1/users/me', { bio: 'here', website: 'http://example.org/a?b=c' }, { as: ben })
    const answer = await user.patch('/api/v1/users/me', { website: null }, { as: ben })
    expect(answer.body).toMatchObject({ bio: 'here', website: null })
    const before = await user.eventsOf(ben.id)
    await user.patch('/api/v1/users/me', { bio: 'here', website: null }, { as: ben })
    expect(await user.eventsOf(ben.id)).toEqual(before)
  })

  test('parallel changes of different fields are all kept, each with its own version', async () => {
    const kim = await user.person('kim')
    await Promise.all([
      user.patch('/api/v1/users/me', { bio: 'b' }, { as: kim }),
      user.patch('/api/v1/users/me', { displayName: 'K' }, { as: kim }),
      user.patch('/api/v1/users/me', { website: 'https://k.example' }, { as: kim }),
    ])
    expect((await user.get('/api/v1/users/kim')).body).toMatchObject({
      bio: 'b',
      displayName: 'K',
      website: 'https://k.example',
    })
    expect((await user.eventsOf(kim.id)).map(({ version }) => version)).toEqual([1, 2, 3, 4])
  })

  test('a change before the account event makes the profile first', async () => {
    const leo = user.account('leo.lazy')
    const answer = await user.patch('/api/v1/users/me', { bio: 'early' }, { as: leo })
    expect(answer.body).toMatchObject({ username: 'leo.lazy', bio: 'early' })
    expect((await user.eventsOf(leo.id)).map(({ version }) => version)).toEqual([1, 2])
  })

  test.each([
    ['a website that runs', { website: 'javascript:alert(1)' }, '#/website'],
    ['a website that is data', { website: 'data:text/html,x' }, '#/website'],
    ['a website with a password', { website: 'https://a:b@example.org' }, '#/website'],
    ['a website too long', { website: `https://example.org/${'a'.repeat(200)}` }, '#/website'],
    ['a bio too long', { bio: '😀'.repeat(501) }, '#/bio'],
    ['control characters', { bio: 'a\u0000b' }, '#/bio'],
    ['a line break in a name', { displayName: 'a\nb' }, '#/displayName'],
    ['a name too long', { displayName: 'x'.repeat(51) }, '#/displayName'],
    ['an empty name', { displayName: '   ' }, '#/displayName'],
    ['a name that cannot be seen', { displayName: '\u200b\u2060' }, '#/displayName'],
    ['a wrong type', { bio: 7 }, '#/bio'],
    ['an unknown field', { username: 'other' }, '#/username'],
    ['an avatar that is no id', { avatarMediaId: 'x' }, '#/avatarMediaId'],
  ])('%s is refused by its pointer, and nothing is written', async (_, change, pointer) => {
    const zed = await user.person('zed')
    const answer = await user.patch('/api/v1/users/me', change, { as: zed })
    expect(answer).toMatchObject({ status: 422, body: { code: 'request.invalid' } })
    expect(answer.body.errors[0].pointer).toBe(pointer)
    expect((await user.get('/api/v1/users/zed')).body).toMatchObject({ displayName: 'zed', bio: '', website: null })
    expect(await user.eventsOf(zed.id)).toHaveLength(1)
  })

  test('a lone surrogate is refused', async () => {
    const zed = await user.person('zed')
    const answer = await user.patch('/api/v1/users/me', String.raw`{"bio":"\ud800"}`, { as: zed })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/bio' }] } })
  })

  test('lengths count code points: 500 emoji are a bio, 50 a name', async () => {
    const emo = await user.person('emo')
    const change = { bio: '😀'.repeat(500), displayName: '😀'.repeat(50) }
    expect(await user.patch('/api/v1/users/me', change, { as: emo })).toMatchObject({ status: 200, body: change })
  })

  test('malformed JSON, another content type, nothing to change', async () => {
    const zed = await user.person('zed')
    expect((await user.patch('/api/v1/users/me', '{', { as: zed })).status).toBe(400)
    expect(
      (await user.patch('/api/v1/users/me', 'bio=x', { as: zed, type: 'application/x-www-form-urlencoded' })).status,
    ).toBe(415)
    expect((await user.patch('/api/v1/users/me', {}, { as: zed })).status).toBe(422)
  })
})

describe('avatars', () => {
  test('an own photo that is ready becomes the picture, inline, and null takes it away', async () => {
    const ava = await user.person('ava')
    const mediaId = user.media(ava.id, 'ready')
    const avatar = { mediaId, url: `/media/${mediaId}/thumbnail.webp`, width: 320, height: 320, placeholder: 'ph' }
    const answer = await user.patch('/api/v1/users/me', { avatarMediaId: mediaId }, { as: ava })
    expect(answer).toMatchObject({ status: 200, body: { avatar } })
    expect((await user.eventsOf(ava.id)).at(-1)).toMatchObject({ version: 2, data: { person: { avatar } } })
    expect((await user.patch('/api/v1/users/me', { bio: 'x' }, { as: ava })).body.avatar).toEqual(avatar)
    expect((await user.patch('/api/v1/users/me', { avatarMediaId: null }, { as: ava })).body.avatar).toBeNull()
  })

  test('a photo in work or failed is a 409', async () => {
    const ira = await user.person('ira')
    for (const state of ['processing', 'uploading', 'failed'] as const) {
      const answer = await user.patch('/api/v1/users/me', { avatarMediaId: user.media(ira.id, state) }, { as: ira })
      expect(answer).toMatchObject({ status: 409, body: { code: 'media.not_ready' } })
    }
  })

  test("somebody else's photo and none at all get the same answer", async () => {
    const ike = await user.person('ike')
    const others = user.media((await user.person('other1')).id, 'ready')
    for (const avatarMediaId of [others, user.newId()]) {
      const answer = await user.patch('/api/v1/users/me', { avatarMediaId }, { as: ike })
      expect(answer).toMatchObject({
        status: 422,
        body: { code: 'media.not_found', errors: [{ pointer: '#/avatarMediaId' }] },
      })
    }
  })

  test('with media down a picture cannot be chosen, all else can be changed', async () => {
    const uma = await user.person('uma')
    const mediaId = user.media(uma.id, 'ready')
    await user.without('media', async () => {
      expect((await user.patch('/api/v1/users/me', { avatarMediaId: mediaId }, { as: uma })).status).toBe(503)
      expect((await user.patch('/api/v1/users/me', { bio: 'still', avatarMediaId: null }, { as: uma })).status).toBe(
        200,
      )
    })
  })
})

test('no blocked word and no blocked address stands in a profile: the field is named, and nothing of the change is kept', async () => {
  user.blockedTexts.push(
    { kind: 'word', value: 'lead', effect: 'hold' },
    { kind: 'domain', value: 'evil.example', effect: 'refuse' },
  )
  const ada = await user.person('ada.of.lead')
  for (const [change, pointers] of [
    [{ displayName: 'Lead', bio: 'Silver' }, ['#/displayName']],
    [{ bio: 'Of lëad' }, ['#/bio']],
    [{ website: 'https://www.evil.example/ada', bio: 'evil.example' }, ['#/bio', '#/website']],
  ] as const) {
    const { status, body } = await user.patch('/api/v1/users/me', change, { as: ada })
    expect([status, body.code]).toEqual([422, 'text.blocked'])
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers)
  }
  expect((await user.get(`/api/v1/users/${ada.id}`)).body).toMatchObject({
    displayName: 'ada.of.lead',
    bio: '',
    website: null,
  })
  user.blockedTexts.splice(0)
})
