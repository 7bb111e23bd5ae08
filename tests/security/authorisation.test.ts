import { beforeAll, expect, test } from 'vitest'
import { call } from '../e2e/support/api.ts'
import { operations } from '../e2e/support/description.ts'
import { signUp } from '../e2e/support/people.ts'
import { rightRequest, type Walked } from '../e2e/support/right-request.ts'
import { needsRole, signUpAs } from '../e2e/support/roles.ts'
import { makeWorld, needsOwnAccount, settledState, stateOf, type World } from '../e2e/support/world.ts'
import { tell } from './support/counts.ts'
import { type Ownership, ownership } from './support/ownership.ts'

const expected: Record<Exclude<Ownership, 'proof'>, (status: number) => boolean> = {
  seen: (status) => status === 200,
  done: (status) => status >= 200 && status < 300,
  forbidden: (status) => status === 403,
  hidden: (status) => status === 404,
  refused: (status) => status === 404 || status === 422,
}

let world: World
beforeAll(async () => {
  world = await makeWorld()
})

/** What the owner would send; where people are named, it names the owner. */
async function ownersRequests(): Promise<(Walked & { rule: keyof typeof expected })[]> {
  const walks = []
  for (const operation of operations) {
    const rule = ownership[operation.operationId]
    if (!rule || rule === 'proof') continue
    const ofPerson = operation.path.includes('users/{id}') || operation.operationId === 'followUserByBody'
    const seen = ofPerson ? { ...world, stranger: world.owner } : world
    const owner = needsRole(operation)
      ? await signUpAs('admin')
      : needsOwnAccount(operation)
        ? await signUp('owner')
        : world.owner
    walks.push({ ...(await rightRequest(seen, operation, owner)), rule })
  }
  return walks
}

test('nobody reads, changes or uses what is not theirs by its id, on any route that takes one', async () => {
  const { stranger } = world
  const walks = await ownersRequests()
  const owners = [...new Set(walks.map(({ caller }) => caller))]
  const guarded = walks.filter(({ rule }) => rule !== 'seen' && rule !== 'done')
  const complaints: string[] = []
  const counts: Record<string, number> = {}

  async function ask({ operation, path, request, rule }: (typeof walks)[number]): Promise<void> {
    counts[rule] = (counts[rule] ?? 0) + 1
    const { status, body } = await call(operation.method, path, request, stranger)
    if (!expected[rule](status))
      complaints.push(`${operation.operationId} should be ${rule}: ${status} ${JSON.stringify(body)}`)
  }

  const before = await settledState(owners)
  for (const walk of guarded) await ask(walk)
  expect(await stateOf(owners), 'a request of a stranger has changed something').toEqual(before)
  // The same request is right, or the stranger was refused for another reason.
  for (const { operation, path, request, caller } of guarded) {
    const { status, body } = await call(operation.method, path, request, caller)
    if (status >= 300) complaints.push(`${operation.operationId} of the owner: ${status} ${JSON.stringify(body)}`)
  }
  for (const walk of walks.filter((one) => !guarded.includes(one))) await ask(walk)
  expect(complaints).toEqual([])
  const told = Object.entries(counts).map(([rule, count]) => `${count} ${rule}`)
  tell('object authorisation', `${walks.length} routes that take an id of another: ${told.join(', ')}`)
})
