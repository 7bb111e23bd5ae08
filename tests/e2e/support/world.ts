import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import {
  AccountStanding,
  Act,
  BlockedText,
  type Comment,
  CreatedInvitation,
  CreatedPersonalToken,
  type Media,
  Notification,
  Page,
  PhotoBlock,
  Post,
} from '@daguerre/contracts'
import { decodeJwt } from 'jose'
import { api, done, read, type Request } from './api.ts'
import { allowance, allowedBy, applicationOf, form, redemptionOf } from './applications.ts'
import { bringArchive, sendArchive, zipOf } from './archives.ts'
import { exportOf, readyExport } from './exports.ts'
import {
  beginTotp,
  challengeOf,
  codeOf,
  newCredential,
  passkeyQuestion,
  signUpWithTotp,
  withPasskey,
} from './factors.ts'
import { linkTo, signUpWithLink } from './mail.ts'
import { follow, newAccount, type Person, signInAgain, signUp, signUpKnown, unique } from './people.ts'
import { readyPhoto, somePhoto, unlikePhoto } from './photos.ts'
import { allOf, comment, idsOf, photoOf, publish } from './posts.ts'
import { identityOf, linkProvider, registrationByProvider, signInByProvider } from './providers.ts'
import { applicant, firstAdminToken, signUpAs } from './roles.ts'
import { soon } from './soon.ts'
import type { Json, ValueOf } from './walk.ts'

/** Somebody with at least two of everything that the API lists, so that every list has a second page. */
export interface World {
  owner: Person
  stranger: Person
  moderator: Person
  /** Another one, who acts where the moderator answers. */
  judge: Person
  post: Post
  comment: Comment
  tag: string
  deletedPostId: string
}

export async function makeWorld(): Promise<World> {
  const [owner, stranger, third, fourth] = await Promise.all([
    signUp('owner'),
    signUp('stranger'),
    signUp('third'),
    signUp('fourth'),
  ])
  const tag = `t${unique()}`
  for (const [follower, followee] of [
    [stranger, owner],
    [third, owner],
    [owner, stranger],
    [owner, third],
    [stranger, fourth],
    [stranger, third],
    [third, fourth],
    [third, stranger],
  ] as const) {
    await follow(follower, followee)
  }
  const another = await signUp('another')
  await follow(third, another)
  for (const { id } of [fourth, await signUpKnown('loud')]) await done(api(owner).put(`/api/v1/users/${id}/mute`))
  const restrictedPeople: Person[] = []
  for (let made = 0; made < 2; made++) {
    await done(api(owner).put(`/api/v1/users/${(await signUpKnown('blocked')).id}/block`))
    await done(api(owner).put(`/api/v1/users/me/close-friends/${(await signUpKnown('close')).id}`))
    const restricted = await signUpKnown('restricted')
    await done(api(owner).put(`/api/v1/users/${restricted.id}/restrict`))
    restrictedPeople.push(restricted)
  }

  const post = await publish(owner, `#${tag}`)
  const second = await publish(owner, `#${tag} again`)
  for (const caption of ['First wording', 'Second wording']) {
    await api(owner).patch(`/api/v1/posts/${post.id}`, { caption: `#${tag} ${caption}` })
  }
  for (const { id } of [post, second]) {
    await done(api(owner).put(`/api/v1/posts/${id}/save`))
    await api(stranger).post(`/api/v1/posts/${id}/like`)
    await api(third).post(`/api/v1/posts/${id}/like`)
  }
  const first = await comment(stranger, post.id, 'A comment')
  await comment(owner, post.id, 'Another comment')
  for (const person of restrictedPeople) await comment(person, post.id, 'A held comment')
  for (const text of ['A reply', 'Another reply']) await comment(stranger, post.id, text, first.id)
  const [moderator, judge] = [await signUpAs('moderator'), await signUpAs('moderator')]
  for (const subject of [
    { kind: 'post', id: second.id },
    { kind: 'account', id: fourth.id },
  ]) {
    await done(api(stranger).post('/api/v1/reports', { subject, reason: 'spam' }))
  }
  for (let times = 0; times < 2; times++) await appealed(judge, owner)
  await publish(stranger)
  for (let made = 0; made < 2; made++) await publish(another)
  const deletedPostId = await deletedPost(owner)
  await signInAgain(owner)
  await soon('all notifications are there', async () => (await notificationIds(owner)).length >= 4)
  await soon('there are posts to be discovered', async () => {
    return (await allOf(Post, owner, '/api/v1/feed/explore')).length >= 2
  })
  return { owner, stranger, moderator, judge, post, comment: first, tag, deletedPostId }
}

/** Somebody is warned and appeals. @returns the act */
async function appealed(judge: Person, person: Person): Promise<Act> {
  const act = await warned(judge, person)
  await done(api(person).post('/api/v1/appeals', { actId: act.id, text: 'It was not me' }))
  return act
}

async function warned(judge: Person, { id }: Person): Promise<Act> {
  const body = { kind: 'warn', subject: { kind: 'account', id }, reason: 'Please stop' }
  return await read(Act, api(judge).post('/api/v1/moderation/acts', body), 201)
}

async function appealOf(judge: Person): Promise<string> {
  const { id } = await appealed(judge, await signUp('appellant'))
  const { items } = await read(Page(Act), api(judge).get('/api/v1/moderation/appeals?state=open&limit=100'))
  return items.find((act) => act.id === id)?.appeal?.id ?? ''
}

/** A word that nobody uses is blocked. */
async function blockedTextOf(moderator: Person): Promise<string> {
  const body = { kind: 'word', value: unique(), effect: 'refuse' }
  return (await read(BlockedText, api(moderator).post('/api/v1/moderation/blocked-texts', body), 201)).id
}

/** A post is removed, and its photo, which nobody else has, is blocked. @returns the block */
async function photoBlockOf(moderator: Person): Promise<string> {
  const author = await signUp('author')
  const post = await publish(author, '', (await readyPhoto(author, await unlikePhoto())).id)
  const [subject, reason] = [{ kind: 'post', id: post.id }, `No more of ${unique()}`]
  const body = { kind: 'remove_post', subject, reason, blockPhotos: true }
  await read(Act, api(moderator).post('/api/v1/moderation/acts', body), 201)
  const { items } = await read(Page(PhotoBlock), api(moderator).get('/api/v1/moderation/photo-blocks?limit=100'))
  return items.find((block) => block.reason === reason)?.id ?? ''
}

async function caseOf(moderator: Person, reporter: Person): Promise<string> {
  const { id } = await signUp('reported')
  await done(api(reporter).post('/api/v1/reports', { subject: { kind: 'account', id }, reason: 'spam' }))
  const { cases } = await read(AccountStanding, api(moderator).get(`/api/v1/moderation/accounts/${id}`))
  return cases[0]?.id ?? ''
}

async function deletedPost(owner: Person): Promise<string> {
  const { id } = await publish(owner)
  const remark = await comment(owner, id, 'Soon gone')
  await done(api(owner).delete(`/api/v1/posts/${id}`))
  await soon('everybody has heard of the deletion', async () => {
    return (await api(owner).get(`/api/v1/comments/${remark.id}`)).status === 404
  })
  return id
}

/** What comes by way of events must be there before it is watched for changes. */
export async function settledState(people: Person[]): Promise<unknown> {
  return await soon('nothing is on its way any more', async () => {
    const before = await stateOf(people)
    await sleep(500)
    return isDeepStrictEqual(await stateOf(people), before) && before
  })
}

/** All that the API shows of these people. */
export async function stateOf(people: Person[]): Promise<unknown> {
  const states: unknown[] = []
  for (const person of people) states.push(await everythingOf(person))
  return states
}

async function notificationIds(person: Person): Promise<string[]> {
  return idsOf(await allOf(Notification, person, '/api/v1/notifications'))
}

async function everythingOf(person: Person): Promise<unknown> {
  const paths = [
    'auth/me',
    'auth/sessions?limit=100',
    'users/me',
    'users/me/saved?limit=100',
    'users/me/blocked?limit=100',
    'users/me/close-friends?limit=100',
    'users/me/restricted?limit=100',
    'users/me/hidden-words',
    'users/me/held-comments?limit=100',
    'users/me/follow-requests?limit=100',
    'exports?limit=100',
    'archives?limit=100',
    'notifications?limit=100',
    `users/${person.id}/posts?limit=100`,
    `users/${person.id}/followers?limit=100`,
    `users/${person.id}/following?limit=100`,
  ]
  const answers = await Promise.all(paths.map((path) => api(person).get(`/api/v1/${path}`)))
  // When a session was used last is no content of anybody's.
  const bodies = answers.map(({ body }): unknown =>
    JSON.parse(JSON.stringify(body), (name, value: unknown) => (name === 'lastSeenAt' ? undefined : value)),
  )
  return Object.fromEntries(paths.map((path, index) => [path, bodies[index]]))
}

/** Something of the caller's that is there, by the collection in whose paths it is named. */
export type Thing = (world: World, caller: Person) => Promise<string> | string

export const things: Record<string, Thing> = {
  posts: async (_, caller) => (await publish(caller)).id,
  comments: async ({ post }, caller) => (await comment(caller, post.id, 'Walked over')).id,
  users: ({ stranger }) => stranger.id,
  blocked: async () => (await signUpKnown('unloved')).id,
  'close-friends': async () => (await signUpKnown('close')).id,
  followers: async (_, caller) => {
    const follower = await signUp('fan')
    await follow(follower, caller)
    return follower.id
  },
  'follow-requests': (_, caller) => askedBy(caller),
  tags: ({ tag }) => tag,
  sessions: async (_, caller) => String(decodeJwt((await signInAgain(caller)).accessToken)['sid']),
  passkeys: async (_, caller) => (await withPasskey(caller)).id,
  identities: async (_, caller) => (await linkProvider(caller)).id,
  media: async (_, caller) => (await publish(caller)).media[0]?.id ?? '',
  file: () => 'small.webp',
  uploads: (_, caller) => finishedUpload(caller),
  cases: async ({ moderator }) => caseOf(moderator, await signUp('reporter')),
  accounts: async () => (await signUp('known')).id,
  appeals: ({ judge }) => appealOf(judge),
  'blocked-texts': ({ moderator }) => blockedTextOf(moderator),
  'photo-blocks': ({ moderator }) => photoBlockOf(moderator),
  exports: (_, caller) => exportOf(caller),
  archives: (_, caller) => archiveOf(caller),
  parts: () => '1',
  notifications: async (_, caller) => (await notificationIds(caller))[0] ?? '',
  tokens: async (_, caller) => (await personalToken(caller)).id,
  roles: async () => (await signUp('holder')).id,
  registrations: async () => (await applicant()).id,
  invitations: (_, caller) => invitationOf(caller),
  applications: async (_, caller) => (await applicationOf(caller)).id,
  grants: async (_, caller) => (await allowedBy(caller)).application.id,
}

async function invitationOf(caller: Person): Promise<string> {
  return (await read(CreatedInvitation, api(caller).post('/api/v1/auth/invitations', {}), 201)).id
}

/** Somebody who asks to follow, of a private account. */
async function askedBy(caller: Person): Promise<string> {
  await api(caller).patch('/api/v1/users/me', { private: true })
  const asking = await signUp('asking')
  await follow(asking, caller)
  return asking.id
}

/** What is done to accounts, makes them private, or is one at a time, is done to ones that nothing else hangs on. */
export function needsOwnAccount({ path }: { path: string }): boolean {
  return /\/(?:auth|archives|exports|follow-requests)(?:\/|$)/.test(path)
}

/** For reading, what has enough in it for a second page. */
export const listed: Record<string, Thing> = {
  posts: ({ post }) => post.id,
  comments: ({ comment: first }) => first.id,
  users: ({ owner }) => owner.id,
  archives: (_, caller) => emptyArchive(caller),
}

/** Collections that nobody else knows of: what is in them is not there for others, rather than forbidden. */
export const privateCollections = new Set([
  'sessions',
  'tokens',
  'invitations',
  'applications',
  'grants',
  'passkeys',
  'identities',
  'uploads',
  'exports',
  'archives',
  'notifications',
])

/** A token of an application of theirs. */
export async function personalToken(caller: Person): Promise<CreatedPersonalToken> {
  const body = { name: 'walked', scopes: ['read'], expiresInDays: 1 }
  return await read(CreatedPersonalToken, api(caller).post('/api/v1/auth/tokens', body), 201)
}

async function finishedUpload(caller: Person): Promise<string> {
  const photo = await somePhoto()
  const { body } = await api(caller).post<{ media: Media; upload: { url: string } }>('/api/v1/media/uploads', {
    type: 'image/jpeg',
    bytes: photo.length,
  })
  const { status } = await fetch(body.upload.url, {
    method: 'PUT',
    headers: { 'content-type': 'image/jpeg' },
    body: Uint8Array.from(photo),
  })
  if (status !== 200) throw new Error(`The storage answered ${status}.`)
  return body.media.id
}

/** Size of the one part that an archive of the walk has. */
export const partBytes = 1000

/** An archive that has come, and waits to be called complete; nothing can be made of it. */
function archiveOf(caller: Person): Promise<string> {
  return sendArchive(caller, Buffer.alloc(partBytes))
}

/** An archive of two posts, of both of which nothing can be taken. */
async function emptyArchive(caller: Person): Promise<string> {
  const film = { media: [{ uri: 'film.mp4', creation_timestamp: 1_500_000_000 }] }
  return (await bringArchive(caller, await zipOf({ 'posts_1.json': JSON.stringify([film, film]) }))).id
}

/** Ids in bodies, by the name of the field. */
export async function idsInBodies(world: World, caller: Person, path: string, id: string): Promise<ValueOf> {
  const media = await readyMedia(caller)
  const isEdit = path === '/api/v1/posts/{id}'
  const isComment = path === '/api/v1/posts/{id}/comments'
  const values: Record<string, Json> = {
    mediaId: isEdit ? await photoOf(caller) : media.id,
    avatarMediaId: media.id,
    mediaUrl: media.variants[0]?.url ?? '',
    parentId: isComment ? (await comment(caller, id, 'To be answered')).id : '',
    upTo: (await notificationIds(world.owner))[1] ?? '',
    userIdToFollow: world.stranger.id,
    actId: path === '/api/v1/appeals' ? (await warned(world.judge, caller)).id : '',
    until: new Date(Date.now() + 3_600_000).toISOString(),
    // Nothing that is walked over was edited before.
    ifEditedAt: null,
  }
  return (property) => values[property]
}

const readyMediaOf = new Map<string, Promise<Media>>()

function readyMedia(caller: Person): Promise<Media> {
  const media = readyMediaOf.get(caller.id) ?? readyPhoto(caller)
  readyMediaOf.set(caller.id, media)
  return media
}

/** Bodies that only make sense as a whole, by operation: what stands in them depends on each other or can be used once. */
export const wholeBodies: Record<string, (caller: Person) => Promise<Json> | Json> = {
  register: () => newAccount(),
  registerByEmail: () => ({ email: newAccount().email, password: 'silver on copper' }),
  login: ({ username, password }) => ({ login: username, password }),
  loginByEmail: ({ email, password }) => ({ email, password }),
  refresh: async (caller) => ({ refreshToken: (await signInAgain(caller)).refreshToken }),
  // An example of RFC 8291; nobody listens there.
  subscribeToPush: () => ({
    endpoint: 'https://push.example.net/walked',
    keys: {
      p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
      auth: 'BTBZMqHH6r4Tts7J_aSIgg',
    },
  }),
  // Nobody listens there.
  importMedia: () => ({ url: 'http://127.0.0.1:9/walked.jpg' }),
  updateMe: async (caller) => ({ displayName: 'Walked', avatarMediaId: (await readyMedia(caller)).id, private: false }),
  confirmAddress: async () => ({ token: (await signUpWithLink()).token }),
  resetPassword: async () => {
    const person = await signUp()
    await api().post('/api/v1/auth/password-reset', { email: person.email })
    return { token: (await linkTo(person, 'Choose a new password')).token, password: 'a daguerreotype is a mirror' }
  },
  requestPasswordReset: () => ({ email: newAccount().email }),
  changeAddress: ({ password }) => ({ currentPassword: password, newEmail: newAccount().email }),
  beginLoginByProvider: () => ({ provider: 'example' }),
  beginIdentity: () => ({ provider: 'example' }),
  beginReauthentication: () => ({ provider: 'example' }),
  exchangePersonalToken: async (caller) => ({ token: (await personalToken(caller)).token }),
  createApplication: () => ({
    name: 'walked',
    website: null,
    redirectUris: ['https://print.example.org/back'],
    confidential: true,
  }),
  editApplication: () => ({ website: 'https://print.example.org', redirectUris: ['http://127.0.0.1/back'] }),
  authorizeApplication: async () => allowance(await applicationOf(await signUp('developer'))),
  becomeFirstAdmin: async () => ({ token: await firstAdminToken() }),
  reauthenticate: ({ password }) => ({ password }),
  completeLogin: async () => {
    const { person, recoveryCodes } = await signUpWithTotp()
    return { challenge: await challengeOf(person), code: recoveryCodes[0] ?? '' }
  },
  askForPasskey: () => ({}),
  loginByPasskey: async () => {
    const { authenticator } = await withPasskey(await signUp())
    return { passkey: { ...authenticator.get(await passkeyQuestion()) } }
  },
  addPasskey: async (caller) => ({ name: 'walked', credential: { ...(await newCredential(caller)) } }),
  confirmTotp: async (caller) => ({ code: codeOf(await beginTotp(caller)) }),
  report: async () => ({
    subject: { kind: 'account', id: (await signUp('reported')).id },
    reason: 'spam',
    text: 'Again and again',
  }),
  blockText: () => ({ kind: 'word', value: unique(), effect: 'refuse' }),
  act: async () => ({
    kind: 'warn',
    subject: { kind: 'account', id: (await signUp('warned')).id },
    reason: 'Please stop',
    until: null,
    caseId: null,
    blockPhotos: false,
  }),
  changePassword: ({ password }) => ({ currentPassword: password, newPassword: `${password} anew` }),
}

/** Those that come with the cookie of a browser besides, and forms. */
export const wholeRequests: Record<string, (caller: Person) => Promise<Request>> = {
  loginByProvider: () => signInByProvider(),
  registerByProvider: () => registrationByProvider(),
  addIdentity: (caller) => identityOf(caller),
  issueTokens: async (caller) => redemptionOf(caller, await applicationOf(await signUp('developer'))),
  async revokeTokens(caller) {
    const { application, refresh_token: token } = await allowedBy(caller)
    return form({ token, client_id: application.id, client_secret: application.secret ?? '' })
  },
}

/** Bodies that hold for minutes only: of when they are sent, not of when the walk began. */
export const shortLived = new Set([
  'loginByProvider',
  'addIdentity',
  'issueTokens',
  'completeLogin',
  'loginByPasskey',
  'addPasskey',
  'confirmTotp',
])

/** What there must be of the caller's before an operation that names nothing. */
export const prepared: Record<string, (caller: Person) => Promise<unknown>> = {
  listInvitations: async (caller) => [await invitationOf(caller), await invitationOf(caller)],
  listApplications: async (caller) => [await applicationOf(caller), await applicationOf(caller)],
  listGrants: async (caller) => [await allowedBy(caller), await allowedBy(caller)],
  listApplicants: async () => [await applicant(), await applicant()],
  listFollowRequests: async (caller) => [await askedBy(caller), await askedBy(caller)],
  renewRecoveryCodes: withPasskey,
  listExports: async (caller) => [await readyExport(caller), await readyExport(caller)],
  listBlockedTexts: async (caller) => [await blockedTextOf(caller), await blockedTextOf(caller)],
  listPhotoBlocks: async (caller) => [await photoBlockOf(caller), await photoBlockOf(caller)],
  listArchives: async (caller) => [await emptyArchive(caller), await emptyArchive(caller)],
}

/** Operations that can do nothing where no mail is sent. */
export const needMail = new Set([
  'confirmAddress',
  'resendConfirmation',
  'changeAddress',
  'requestPasswordReset',
  'resetPassword',
])

/** Operations that can do nothing where no provider is known. */
export const needProvider = new Set([
  'beginLoginByProvider',
  'loginByProvider',
  'registerByProvider',
  'beginIdentity',
  'addIdentity',
  'removeIdentity',
  'beginReauthentication',
])

/** An id that nothing has. */
export function nobodysId(): string {
  return randomUUID()
}
