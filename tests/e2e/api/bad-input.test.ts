import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { inspect } from 'node:util'
import { type Page, ProblemDetails, SignedIn } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { ownership } from '../../security/support/ownership.ts'
import { system } from '../../setup/system.ts'
import { type Answer, api, call, type Caller, read, refused, type Request } from '../support/api.ts'
import { checkAnswer, type Operation, operations, type Parameter } from '../support/description.ts'
import { type BadToken, badTokensOf } from '../support/forged-tokens.ts'
import { newAccount, type Person, signInAgain, signUp, unique } from '../support/people.ts'
import { formOf, somePhoto } from '../support/photos.ts'
import { isOpen, needsSignIn, octets, rightRequest, type Walked } from '../support/right-request.ts'
import { needsRole, signUpAs } from '../support/roles.ts'
import { collectionOf, faultsOf, type Json, jsonBodyOf } from '../support/walk.ts'
import {
  makeWorld,
  needMail,
  needProvider,
  needsOwnAccount,
  nobodysId,
  partBytes,
  personalToken,
  privateCollections,
  settledState,
  shortLived,
  stateOf,
  type World,
} from '../support/world.ts'

/** A bad request and what must be said of it. */
interface Bad {
  what: string
  path: string
  request?: Request
  caller?: Caller | undefined
  statuses?: number[]
  code?: string
  /** Which `errors[].pointer` or `parameter` must be there if it is a 422. */
  pointer?: string
  parameter?: string
  /** Sent in another way than by fetch. */
  send?: () => Promise<Answer>
}

const jsonHeaders = { 'content-type': 'application/json' }
const defaultBodyLimit = 1024 * 1024

let world: World
let badTokens: BadToken[]
/** Addresses of the services behind the gateway. */
let services: Map<string, string>
let complaints: string[]

beforeAll(async () => {
  world = await makeWorld()
  badTokens = await badTokensOf(world.owner)
  const names = Array.from(new Set(operations.map((operation) => operation['x-service'])))
  services = new Map(await Promise.all(names.map(async (name) => [name, (await system.service(name)).url] as const)))
})

test('every route refuses bad input with a 4xx problem and writes nothing', async () => {
  complaints = []
  const possible = operations.filter(
    ({ operationId }) =>
      (system.inbox !== null || !needMail.has(operationId)) &&
      (process.env['E2E_CLUSTER'] === undefined || !needProvider.has(operationId)),
  )
  const walks = await inTurns(possible, async (operation) =>
    orComplain(operation, async () => {
      const walked = await rightRequest(world, operation, await callerOf(operation))
      return { ...walked, bad: await badRequests(walked) }
    }),
  )
  const people = [...new Set([world.stranger, ...walks.flatMap((walk) => (walk ? [walk.caller] : []))])]
  const before = await settledState(people)
  const bad = walks.flatMap((walk) => walk?.bad.map((one) => ({ ...walk, one })) ?? [])
  await inTurns(bad, ({ operation, caller, one }) => judge(operation, caller, one))
  expect(complaints).toEqual([])
  expect(await stateOf(people), 'a request that was refused has changed something').toEqual(before)

  // The requests are right but for what was spoilt, or nothing of this was proved.
  for (const walk of walks) if (walk) await orComplain(walk.operation, () => sendRight(walk))
  expect(complaints).toEqual([])
  expect(bad.length).toBeGreaterThan(operations.length * 10)
})

async function callerOf(operation: Operation): Promise<Person> {
  if (needsRole(operation)) return await signUpAs('admin')
  const caller = needsOwnAccount(operation) ? await walker() : world.owner
  if (operation.operationId === 'listPersonalTokens') for (let made = 0; made < 2; made++) await personalToken(caller)
  return caller
}

async function walker(): Promise<Person> {
  const person = await signUp('walker')
  await signInAgain(person)
  return person
}

/** Does the work for all, some of it at the same time. */
async function inTurns<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  async function take(): Promise<void> {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as Item)
  }
  await Promise.all(Array.from({ length: 8 }, take))
  return results
}

async function orComplain<Result>(operation: Operation, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    complain(operation, 'the walk', `is not possible: ${inspect(error)}`)
    return undefined
  }
}

async function badRequests(walked: Walked): Promise<Bad[]> {
  return [
    ...badBodies(walked),
    ...badOctets(walked),
    ...badForms(walked, await somePhoto()),
    ...badParameters(walked),
    ...(await badCursors(walked)),
    ...badSenders(walked),
    ...othersThings(walked),
    ...deletedThings(walked),
  ]
}

async function sendRight(walked: Walked): Promise<void> {
  const { operation, caller } = walked
  if (await isRefusedHere(walked)) return
  await sendTwice(walked)
  const isOld = isIdempotent(operation) || shortLived.has(operation.operationId)
  const { path, request } = isOld ? await rightRequest(world, operation, caller) : walked
  const answer = await call(operation.method, path, request, isOpen(operation) ? undefined : caller)
  if (answer.status >= 300) complain(operation, 'the right request', `is refused: ${inspect(answer.body)}`)
}

/** What this system refuses to everybody, and how it says so: it may import nothing, and has an admin by now. */
const refusedHere: Record<string, string> = { importMedia: 'media.import_off', becomeFirstAdmin: 'auth.admin_exists' }

async function isRefusedHere({ operation, path, request, caller }: Walked): Promise<boolean> {
  const refusal = refusedHere[operation.operationId]
  if (refusal === undefined) return false
  const { body } = await call(operation.method, path, request, caller)
  return (body as Partial<ProblemDetails>).code === refusal
}

function complain(operation: Operation, what: string, complaint: string): void {
  complaints.push(`${operation.method} ${operation.path}, ${what}: ${complaint}`)
}

function isIdempotent({ parameters }: Operation): boolean {
  return parameters?.some(({ name }) => name.toLowerCase() === 'idempotency-key') ?? false
}

// --- what is bad about a body ----------------------------------------------------------------------------------------

function badBodies({ operation, path, request }: Walked): Bad[] {
  const schema = jsonBodyOf(operation)
  if (!schema) return []
  const text = JSON.stringify(request.body)
  function raw(what: string, body: string, status: number, headers: Record<string, string> = jsonHeaders): Bad {
    return { what, path, request: { body, headers }, statuses: [status] }
  }
  return [
    raw('malformed JSON', text.slice(0, -1), 400),
    raw('two JSON texts', `${text}${text}`, 400),
    raw('no body', '', 400),
    raw('a NUL in the JSON', `${text.slice(0, -1)}\u0000`, 400),
    raw('a body of another type', text, 415, { 'content-type': 'text/plain' }),
    raw('a form', text, 415, { 'content-type': 'application/x-www-form-urlencoded' }),
    ...faultsOf(schema, request.body as Json).map(({ what, body, pointer }): Bad => ({
      what,
      path,
      request: { body: JSON.stringify(body), headers: jsonHeaders },
      pointer,
    })),
    ...tooLarge(operation, path, 'application/json'),
  ]
}

function badOctets({ operation, path }: Walked): Bad[] {
  if (!operation.requestBody?.content['application/octet-stream']) return []
  return [0, partBytes - 1, partBytes + 1].map((bytes) => ({
    what: `${bytes} bytes`,
    path,
    request: octets(Buffer.alloc(bytes)),
    statuses: [422],
  }))
}

function badForms({ operation, path }: Walked, photo: Uint8Array): Bad[] {
  if (!operation.requestBody?.content['multipart/form-data']) return []
  function form(...parts: [string, Blob | string][]): FormData {
    const data = new FormData()
    for (const [name, value] of parts) {
      if (typeof value === 'string') data.append(name, value)
      else data.append(name, value, 'photo.jpg')
    }
    return data
  }
  const file = new Blob([Uint8Array.from(photo)], { type: 'image/jpeg' })
  const type = 'multipart/form-data; boundary=x'
  return [
    { what: 'a form without parts', path, request: { body: form() }, statuses: [400, 422] },
    { what: 'a file of another name', path, request: { body: form(['photo', file]) }, pointer: '#/photo' },
    { what: 'a text in place of the file', path, request: { body: form(['file', 'x']) }, pointer: '#/file' },
    { what: 'two files', path, request: { body: form(['file', file], ['file', file]) }, pointer: '#/file' },
    { what: 'an unknown field', path, request: { body: form(['file', file], ['more', 'x']) }, pointer: '#/more' },
    { what: 'an empty file', path, request: { body: form(['file', new Blob([])]) }, pointer: '#/file' },
    { what: 'no boundary', path, request: { body: 'x', headers: { 'content-type': 'multipart/form-data' } } },
    {
      what: 'a form that ends too early',
      path,
      request: { body: '--x\r\ncontent-', headers: { 'content-type': type } },
    },
    { what: 'JSON', path, request: { body: '{}', headers: jsonHeaders }, statuses: [415] },
    ...tooLarge(operation, path, type),
  ]
}

function tooLarge(operation: Operation, path: string, type: string): Bad[] {
  const limit = operation['x-body-limit'] ?? defaultBodyLimit
  function bad(what: string, headers: Record<string, string>): Bad {
    return {
      what,
      path,
      statuses: [413],
      send: () => sendHeaders(operation, path, { 'content-type': type, ...headers }, limit + 1),
    }
  }
  return [
    bad('a body that is said to be over the limit', { 'content-length': String(limit + 1) }),
    bad('a body of unknown length that is over the limit', { 'transfer-encoding': 'chunked' }),
  ]
}

/** As fetch does not: reads the answer whether or not the body was taken. */
function sendHeaders(
  operation: Operation,
  path: string,
  headers: Record<string, string>,
  bytes: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${system.url}${path}`, {
      method: operation.method,
      headers: { ...headers, authorization: `Bearer ${world.owner.accessToken}` },
    })
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        outgoing.destroy()
        const headersOfAnswer = new Headers(
          Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
        )
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || 'null')
        resolve({ status: incoming.statusCode ?? 0, headers: headersOfAnswer, body })
      })
    })
    // Whoever refuses a body may close before all of it has come; what counts is the answer.
    outgoing.on('error', (error) => setTimeout(() => reject(error), 1000))
    if (headers['content-length']) outgoing.flushHeaders()
    else for (let sent = 0; sent < bytes; sent += 65_536) outgoing.write(Buffer.alloc(65_536, ' '))
    if (!headers['content-length']) outgoing.end()
  })
}

// --- what is bad about paths, queries and headers --------------------------------------------------------------------

function badParameters(walked: Walked): Bad[] {
  const { operation, path, request, ids } = walked
  const parameters = operation.parameters ?? []
  const bad = parameters.flatMap((parameter): Bad[] => {
    if (parameter.in === 'path') return badPaths(walked, parameter, ids[parameter.name] ?? '')
    return badValues(parameter).map((value): Bad => ({
      what: `${parameter.name}=${value.slice(0, 20)}`,
      path: parameter.in === 'query' ? withQuery(path, parameter.name, value) : path,
      request: parameter.in === 'query' ? request : { ...request, headers: { [parameter.name]: value } },
      parameter: parameter.name,
    }))
  })
  if (parameters.some((parameter) => parameter.in === 'query')) {
    bad.push({ what: 'an unknown parameter', path: withQuery(path, 'unknown', '1'), request, parameter: 'unknown' })
  }
  return bad
}

function withQuery(path: string, name: string, value: string): string {
  const [base, query] = path.split('?')
  const others = (query ?? '').split('&').filter((part) => part !== '' && !part.startsWith(`${name}=`))
  return `${base}?${[...others, `${name}=${value}`].join('&')}`
}

function badPaths({ operation, request }: Walked, { name, schema }: Parameter, id: string): Bad[] {
  const isUuid = schema.format === 'uuid'
  const values = [
    ...(isUuid ? ['x', '1', `${id}0`, id.slice(1), '00000000-0000-0000-0000-00000000000g'] : []),
    // What is no path at all is refused by a proxy in front, in its own words.
    ...(system.isBehindProxy ? [] : ['%']),
    ...['%00', '%ED%A0%80', '..%2f..%2fetc%2fpasswd', '%27%20or%201=1', 'x'.repeat(5000)],
  ]
  return [
    ...values.map((value): Bad => ({
      what: `${name} ${value.slice(0, 40)}`,
      path: operation.path.replace(`{${name}}`, value).replaceAll(/\{(\w+)\}/g, (_, other: string) => other),
      request,
      ...(isUuid && /^[\w-]{1,40}$/.test(value) ? { statuses: [422], parameter: name } : {}),
    })),
    ...(isUuid
      ? [{ what: 'an id that nothing has', ...named(operation, name, nobodysId()), request, statuses: [404] }]
      : []),
  ]
}

function named(operation: Operation, name: string, id: string): { path: string } {
  const path = operation.path.replace(`{${name}}`, id)
  return { path: path.replace('{file}', 'small.webp').replace('{number}', '1') }
}

function badValues({ name, in: where, schema }: Parameter): string[] {
  if (name === 'cursor') return []
  if (where === 'header') {
    return name.toLowerCase() === 'idempotency-key' ? ['x'.repeat(256), 'two words', 'é'] : ['invented', '-1']
  }
  if (schema.type === 'integer') return ['0', '-1', '1000000000', '1.5', 'ten', '', '%00', 'NaN', '1e1']
  return ['', 'x'.repeat((schema.maxLength ?? 8000) + 1), '%00', '%ED%A0%80', '%07x']
}

/** Invented cursors, cursors of another person, and of another list. */
async function badCursors({ operation, path, request, caller }: Walked): Promise<Bad[]> {
  if (!operation.parameters?.some(({ name }) => name === 'cursor')) return []
  const { body } = await call<Page<unknown>>('GET', withQuery(path, 'limit', '1'), request, caller)
  const sessions = await api(caller).get<Page<unknown>>('/api/v1/auth/sessions?limit=1')
  const feed = await api(caller).get<Page<unknown>>('/api/v1/feed?limit=1')
  const foreign = operation.path === '/api/v1/feed' ? sessions.body.nextCursor : feed.body.nextCursor
  const { nextCursor } = body
  if (nextCursor === null || foreign === null) throw new Error('The list has no second page, so it gives no cursor.')
  const spoilt = `${nextCursor.slice(0, -4)}${nextCursor.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`
  const invented = ['x', 'bm90aGluZw', encodeURIComponent(randomUUID()), spoilt, foreign, '%00', 'A'.repeat(400)]
  const bad = invented.map((cursor): Bad => ({
    what: `cursor ${cursor}`,
    path: withQuery(path, 'cursor', cursor),
    request,
  }))
  // Nobody else can go on where I stopped: what they see of the list may be something else.
  if (!isOpen(operation)) {
    const mine = { path: withQuery(path, 'cursor', nextCursor), caller: world.stranger }
    const isHidden = ownership[operation.operationId] === 'hidden'
    const refusal = isForOne(operation) ? { statuses: [403] } : isHidden ? { statuses: [404] } : {}
    bad.push({ what: 'the cursor of somebody else', ...mine, ...refusal })
  }
  return [
    ...bad.map((one) => ({ statuses: [400], ...(one.statuses ? {} : { code: 'cursor.invalid' }), ...one })),
    { what: 'an endless cursor', path: withQuery(path, 'cursor', 'A'.repeat(600)), parameter: 'cursor' },
  ]
}

// --- who asks, and for what ------------------------------------------------------------------------------------------

function badSenders({ operation, path, request }: Walked): Bad[] {
  return [
    ...(needsSignIn(operation)
      ? [{ what: 'without a token', path, request, caller: undefined, statuses: [401], code: 'auth.token_missing' }]
      : []),
    ...badTokens
      // The rarer ones are tried where it costs least: all routes verify with the same means.
      .filter(({ isCommon }) => isCommon || operation.method === 'GET')
      .flatMap(({ what, token, code }): Bad[] => [
        { what: `a token ${what}`, path, request, caller: { accessToken: token }, statuses: [401], code },
        // That a session has ended is the gateway's to know.
        ...(isOpen(operation) || code === 'auth.session_ended'
          ? []
          : [
              {
                what: `past the gateway, a token ${what}`,
                path,
                statuses: [401],
                code,
                send: () => pastGateway(`${services.get(operation['x-service'])}${path}`, operation, request, token),
              },
            ]),
      ]),
  ]
}

/** Each service verifies tokens itself, whatever the gateway has let pass. */
async function pastGateway(url: string, { method }: Operation, { body }: Request, token: string): Promise<Answer> {
  const isForm = body instanceof FormData
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined || isForm ? {} : jsonHeaders) },
    body: body === undefined ? null : isForm ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** What belongs to the caller is not the stranger's: forbidden, or, where it is nobody's business, not there. */
function othersThings({ operation, path, request }: Walked): Bad[] {
  const isPrivate = Object.keys(pathParameters(operation)).some((name) =>
    privateCollections.has(collectionOf(operation.path, name)),
  )
  const what = "somebody else's"
  if (isPrivate) return [{ what, path, request, caller: world.stranger, statuses: [404] }]
  if (isForOne(operation)) return [{ what, path, request, caller: world.stranger, statuses: [403] }]
  const { body } = request
  if (!jsonBodyOf(operation) || !/"(?:mediaId|avatarMediaId|mediaUrl|upTo)"/.test(JSON.stringify(body))) return []
  return [{ what: `with ${what} media`, path, request, caller: world.stranger, statuses: [404, 422] }]
}

/** What its caller may do and others are forbidden. All routes for who is signed in answer 403 to tokens that are not for them. */
function isForOne(operation: Operation): boolean {
  return ownership[operation.operationId] === 'forbidden' || needsRole(operation)
}

function deletedThings({ operation, request }: Walked): Bad[] {
  const name = Object.keys(pathParameters(operation)).find((one) => collectionOf(operation.path, one) === 'posts')
  if (name === undefined) return []
  const { path } = named(operation, name, world.deletedPostId)
  return [{ what: 'a deleted post', path, request, statuses: [404], code: 'post.not_found' }]
}

function pathParameters({ parameters = [] }: Operation): Record<string, Parameter> {
  return Object.fromEntries(parameters.filter((one) => one.in === 'path').map((one) => [one.name, one]))
}

// --- judging ---------------------------------------------------------------------------------------------------------

async function judge(operation: Operation, caller: Person, bad: Bad): Promise<void> {
  const sender = 'caller' in bad ? bad.caller : isOpen(operation) ? undefined : caller
  let answer: Answer
  try {
    answer = await (
      bad.send ?? (() => call(operation.method, bad.path, { ...bad.request, described: false }, sender))
    )()
  } catch (error) {
    complain(operation, bad.what, `no answer: ${inspect(error)}`)
    return
  }
  const complaint = complaintOf(operation, bad, answer)
  if (complaint) complain(operation, bad.what, `${complaint}: ${answer.status} ${JSON.stringify(answer.body)}`)
}

function complaintOf(operation: Operation, bad: Bad, answer: Answer): string | undefined {
  const { status, headers } = answer
  if (status < 400 || status > 499) return 'is not refused'
  if (headers.get('content-type') !== 'application/problem+json') return 'is no problem+json'
  const parsed = ProblemDetails.strict().safeParse(answer.body)
  if (!parsed.success) return 'is not as problems are'
  const problem = parsed.data
  if (problem.status !== status || !problem.requestId) return 'lacks its status or request id'
  if (!/^[a-z_]+\.[a-z_]+$/.test(problem.code)) return 'has no stable code'
  if (bad.statuses && !bad.statuses.includes(status)) return `should be ${bad.statuses.join(' or ')}`
  if (bad.code && problem.code !== bad.code) return `should be ${bad.code}`
  // A path that is none of this route's is answered by the gateway itself.
  if (problem.code !== 'request.route_not_found') {
    try {
      checkAnswer(operation, { method: operation.method, ...answer })
    } catch (error) {
      return (error as Error).message
    }
  }
  if (status !== 422) return undefined
  const { pointer, parameter } = bad
  const errors = problem.errors ?? []
  if (pointer && !errors.some((one) => one.pointer === pointer || one.pointer?.startsWith(`${pointer}/`))) {
    return `should point to ${pointer}`
  }
  if (parameter && !errors.some((one) => one.parameter?.toLowerCase() === parameter.toLowerCase())) {
    return `should name the parameter ${parameter}`
  }
  return undefined
}

// --- double submit ---------------------------------------------------------------------------------------------------

/** With one key, five requests at once and one later do one thing and get one answer; another body is refused. */
async function sendTwice({ operation, caller }: Walked): Promise<void> {
  if (!isIdempotent(operation)) return
  const { path, request } = await rightRequest(world, operation, caller)
  const other = await rightRequest(world, operation, caller)
  const headers = { ...request.headers, 'idempotency-key': randomUUID() }
  const sender = isOpen(operation) ? undefined : caller
  function send(body: unknown) {
    return call(operation.method, path, { body, headers }, sender)
  }
  const together = await Promise.all(Array.from({ length: 5 }, () => send(request.body)))
  const later = await send(request.body)
  const answers = [...together, later].filter(({ status }) => status !== 409)
  if (answers.some(({ status }) => status >= 300)) complain(operation, 'sent twice', inspect(answers))
  if (new Set(answers.map(({ body }) => JSON.stringify(body))).size !== 1) {
    complain(operation, 'sent twice', `has several answers: ${inspect(answers)}`)
  }
  if (later.headers.get('idempotency-replayed') !== 'true') complain(operation, 'sent twice', 'is done again')
  const changed =
    other.request.body instanceof FormData ? formOf(Buffer.from('something else')) : different(other.request.body)
  const reused = await send(changed)
  const { code } = reused.body as ProblemDetails
  if (reused.status !== 422 || code !== 'idempotency.key_reused') {
    complain(operation, 'another body with the same key', `${reused.status} ${JSON.stringify(reused.body)}`)
  }
}

/** The same with another text in it, wherever one may stand freely. */
function different(body: unknown): unknown {
  const text = JSON.stringify(body)
  const fields = body as Record<string, Json>
  const free = ['password', 'caption', 'text', 'name', 'note', 'reason', 'value'].find(
    (name) => typeof fields[name] === 'string',
  )
  if (free) return { ...fields, [free]: `${fields[free] as string} else` }
  if (typeof fields['token'] === 'string') return { token: `${fields['token']}x` }
  if (typeof fields['email'] === 'string') return { email: newAccount().email }
  if (typeof fields['username'] === 'string') return { ...fields, username: `${fields['username']}x` }
  if (typeof fields['bytes'] === 'number') return { ...fields, bytes: fields['bytes'] + 1 }
  if (typeof fields['url'] === 'string') return { ...fields, url: `${fields['url']}?else` }
  if (typeof fields['userIdToFollow'] === 'string') return { userIdToFollow: world.owner.id }
  throw new Error(`The walk cannot make another of ${text}.`)
}

// --- names -----------------------------------------------------------------------------------------------------------

describe('usernames', () => {
  function register(username: string) {
    return api().post('/api/v1/auth/register', { ...newAccount(), username })
  }

  test('that differ only by case or look alike cannot both be had', async () => {
    const base = `el${unique()}`
    await read(SignedIn, register(base), 201)
    const fullWidth = String.fromCodePoint(...Array.from(base, (letter) => (letter.codePointAt(0) ?? 0) + 0xfee0))
    for (const alike of [base.toUpperCase(), base.replace('l', '1'), base.replace('l', 'I'), fullWidth]) {
      await refused(register(alike), 409, 'auth.username_taken')
    }
    await refused(register(`${base.slice(0, 1)}_${base.slice(1)}`), 409, 'auth.username_taken')
    for (const foreign of [base.replace('e', 'е'), base.replace('e', 'é'), `${base}\u200b`]) {
      const { errors } = await refused(register(foreign), 422, 'request.invalid')
      expect(errors).toMatchObject([{ pointer: '#/username' }])
    }
  })

  test('that speak for the house cannot be had', async () => {
    for (const reserved of ['admin', 'Support', 'm3', 'adm1n']) {
      expect([reserved, (await register(reserved)).status]).toEqual([reserved, 422])
    }
  })

  test('go to one of those who want them at the same time', async () => {
    const account = newAccount()
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        api().post('/api/v1/auth/register', index % 2 ? account : { ...account, email: account.email.toUpperCase() }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409, 409])
    const { username: login, password } = account
    await read(SignedIn, api().post('/api/v1/auth/login', { login, password }))
  })
})
