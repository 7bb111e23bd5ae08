import type { Request } from './api.ts'
import type { Operation } from './description.ts'
import type { Person } from './people.ts'
import { formOf, somePhoto } from './photos.ts'
import { collectionOf, jsonBodyOf, validValue } from './walk.ts'
import { idsInBodies, listed, partBytes, prepared, things, wholeBodies, wholeRequests, type World } from './world.ts'

/** A request that is right: what the bad ones differ from in one thing. */
export interface Walked {
  operation: Operation
  caller: Person
  path: string
  request: Request
  ids: Record<string, string>
}

/** The request that this person would send, about something of theirs that is there. @param named what it is about instead, by collection */
export async function rightRequest(
  world: World,
  operation: Operation,
  caller: Person,
  named: Record<string, string> = {},
): Promise<Walked> {
  await prepared[operation.operationId]?.(caller)
  const ids: Record<string, string> = {}
  let path = operation.path
  const query: string[] = []
  for (const parameter of operation.parameters ?? []) {
    if (parameter.in === 'path') {
      // Whoever blocks the others of this world sees nothing of it any more.
      const isBlock = operation.path.endsWith('/block')
      const collection = isBlock ? 'blocked' : collectionOf(operation.path, parameter.name)
      const thing = (operation.method === 'GET' ? listed[collection] : undefined) ?? things[collection]
      const id = named[collection] ?? (await thing?.(world, caller))
      if (id === undefined) throw new Error(`Nothing is known of ${collection}: name one in the table of the walk.`)
      ids[parameter.name] = id
      path = path.replace(`{${parameter.name}}`, encodeURIComponent(ids[parameter.name] ?? ''))
    } else if (parameter.in === 'query' && parameter.required) {
      query.push(
        `${parameter.name}=${encodeURIComponent(JSON.stringify(validValue(parameter.schema, () => undefined)).replaceAll('"', ''))}`,
      )
    }
  }
  if (query.length > 0) path += `?${query.join('&')}`
  return { operation, caller, path, ids, request: await rightBody(world, operation, caller, ids) }
}

async function rightBody(world: World, operation: Operation, caller: Person, ids: Walked['ids']): Promise<Request> {
  if (!operation.requestBody) return {}
  if (operation.requestBody.content['multipart/form-data']) return { body: formOf(await somePhoto()) }
  if (operation.requestBody.content['application/octet-stream']) return octets(Buffer.alloc(partBytes))
  const request = wholeRequests[operation.operationId]
  if (request) return await request(caller)
  const schema = jsonBodyOf(operation)
  if (!schema) throw new Error(`The walk makes no ${Object.keys(operation.requestBody.content).join()}.`)
  const whole = wholeBodies[operation.operationId]
  if (whole) return { body: await whole(caller) }
  return { body: validValue(schema, await idsInBodies(world, caller, operation.path, ids['id'] ?? '')) }
}

export function isOpen({ security }: Operation): boolean {
  return security === undefined || security.length === 0
}

/** Whether only who is signed in gets an answer: neither is it open, nor does nothing do for a token. */
export function needsSignIn(operation: Operation): boolean {
  return !isOpen(operation) && !operation.security?.some((way) => Object.keys(way).length === 0)
}

/** Bytes as they are. */
export function octets(body: Uint8Array): Request {
  return { body, headers: { 'content-type': 'application/octet-stream' } }
}
