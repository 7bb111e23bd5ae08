import { existsSync, globSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type GrantScope, problems } from '@daguerre/contracts'
import { root } from './home.ts'

type Json = Record<string, unknown>

interface Document {
  paths: Record<string, Record<string, Json>>
  components?: { schemas?: Record<string, Json>; securitySchemes?: Json }
}

interface DescribedApp {
  getOpenAPI31Document(info: Json): Document
}

export const openApiPath = 'services/gateway/openapi.json'

const notPublic = /^\/(?:internal|events|dapr)\//

const description = `Self-hosted photo sharing. Sign in by \`POST /api/v1/auth/login\` and send the access token as \`Authorization: Bearer …\`.

A program of one's own sends a personal token (\`dgp_…\`, by \`POST /api/v1/auth/tokens\` or in the settings) in its place; an application of others is let act by people
(OAuth 2.1, \`/.well-known/oauth-authorization-server\`). What a route needs a token to be good for stands
in its \`security\`; one that is not is refused by 403 \`auth.scope_missing\`.

Ids are UUIDs (version 7), times RFC 3339 in UTC. Lists answer \`{ items, nextCursor }\`: send the cursor back as \`?cursor=\` until it is null.
Errors are problem details (RFC 9457) with a stable \`code\`. Creating requests take an \`Idempotency-Key\`. Answers that lack a part because a
service was away name it in \`Daguerre-Degraded\`.`

/** What people are asked to let an application do. */
const grantScopes: Record<GrantScope, string> = {
  read: 'See what the person sees.',
  post: 'Upload photos, publish, edit and delete posts.',
  interact: 'Like, comment, save.',
  follow: 'Follow, mute, restrict, block.',
  profile: 'Change the profile and settings, and what is read of notifications.',
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key and body give the same answer for 24 hours; the same key with another body is 422.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

/** The one document of the public API, merged from what each service describes; the gateway routes by it. */
export async function openApi(): Promise<Record<string, string>> {
  const merged: Document & Json = {
    openapi: '3.1.0',
    info: { title: 'Daguerre', version: '1', description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    paths: {},
    components: {
      schemas: {},
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT (RFC 9068), or a personal token (dgp_…)' },
        oauth2: {
          type: 'oauth2',
          description: 'For applications that people let act for them.',
          flows: {
            authorizationCode: {
              authorizationUrl: '/oauth/authorize',
              tokenUrl: '/api/v1/oauth/token',
              refreshUrl: '/api/v1/oauth/token',
              scopes: grantScopes,
            },
          },
        },
      },
    },
  }
  for (const path of globSync('services/*/src/app.ts', { cwd: root }).toSorted()) {
    const service = basename(dirname(dirname(path)))
    // The gateway describes nothing itself: it reads this.
    if (service !== 'gateway') merge(merged, service, await describe(path))
  }
  merged.paths = Object.fromEntries(Object.entries(merged.paths).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { [openApiPath]: `${JSON.stringify(merged, null, 2)}\n` }
}

async function describe(path: string): Promise<Document> {
  const file = join(root, path)
  if (!existsSync(file)) throw new Error(`${path} is not there`)
  const { createApp } = (await import(pathToFileURL(file).href)) as { createApp: (deps: unknown) => unknown }
  const made = createApp(inert()) as DescribedApp | { app: DescribedApp }
  const app = 'getOpenAPI31Document' in made ? made : made.app
  return app.getOpenAPI31Document({ openapi: '3.1.0', info: { title: '', version: '' } })
}

// Stands for stores, clocks and neighbours: describing a service's routes calls none of them.
function inert(): unknown {
  const values: Record<string, unknown> = {
    PUBLIC_URL: 'http://localhost:8080',
    SECRET_KEY: 'only for describing routes, never for signing',
    APP_API_TOKEN: 'only for describing routes',
    APP_ID: 'describe',
    bulk: undefined,
    concurrency: undefined,
    checks: undefined,
    bodyLimitBytes: undefined,
    internalPrefixes: undefined,
    setUp: undefined,
    then: undefined,
  }
  const proxy: unknown = new Proxy(
    function nothing() {
      return proxy
    },
    {
      get: (_target, name) => {
        if (name === Symbol.toPrimitive) return () => 1
        if (name === Symbol.iterator) return () => [][Symbol.iterator]()
        return typeof name === 'string' && name in values ? values[name] : proxy
      },
      // What `createHttpApp({ ...deps })` must find in a copy.
      ownKeys: () => ['config', 'log', 'prototype'],
      getOwnPropertyDescriptor: (target, name) =>
        name === 'prototype'
          ? Object.getOwnPropertyDescriptor(target, name)
          : { configurable: true, enumerable: true, value: proxy },
    },
  )
  return proxy
}

/** What gateway and kit may answer on any route, whatever the service behind it says. */
function gatewayAnswers(method: string, operation: Json): Json {
  const security = (operation['security'] ?? []) as Json[]
  const described = problems(400, 401, 429, 503, 504, ...(operation['requestBody'] ? [413] : []))
  const needsScope = security.some((requirement) => 'bearer' in requirement)
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
  const hasValidator = method === 'get' && !operation['x-stream']
  return {
    ...(hasValidator ? { 304: { description: 'As it was when the client got the ETag that it sent.' } } : {}),
    ...Object.fromEntries(
      Object.entries(described).map(([status, { description }]) => [status, { description, content }]),
    ),
    ...(needsScope
      ? { 403: { description: 'The access token is not good for this: auth.scope_missing.', content } }
      : {}),
  }
}

type Security = Record<string, string[]>[]

/** Where a token of a grant is good enough, that way to it stands behind the other. */
function withGrants(security: Security): Security {
  const scopes = security.find((requirement) => 'bearer' in requirement)?.['bearer']
  if (!scopes?.every((scope) => scope in grantScopes)) return security
  return security.flatMap((requirement) =>
    'bearer' in requirement ? [requirement, { oauth2: scopes }] : [requirement],
  )
}

function merge(into: Document, service: string, document: Document): void {
  for (const [path, operations] of Object.entries(document.paths)) {
    if (notPublic.test(path)) continue
    const target = (into.paths[path] ??= {})
    for (const [method, operation] of Object.entries(operations)) {
      if (target[method]) throw new Error(`${method.toUpperCase()} ${path} is described by two services`)
      const parameters = (operation['parameters'] ?? []) as Json[]
      const says = parameters.some((parameter) => String(parameter['name']).toLowerCase() === 'idempotency-key')
      const creates = !says && method === 'post' && '201' in (operation['responses'] as Json)
      target[method] = {
        ...operation,
        ...(creates || parameters.length > 0
          ? { parameters: creates ? [...parameters, idempotencyKey] : parameters }
          : {}),
        ...(operation['security'] ? { security: withGrants(operation['security'] as Security) } : {}),
        responses: { ...gatewayAnswers(method, operation), ...(operation['responses'] as Json) },
        'x-service': service,
      }
    }
  }
  const schemas = (into.components!.schemas ??= {})
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    if (schemas[name] && !isDeepStrictEqual(schemas[name], schema))
      throw new Error(`schema ${name} differs in ${service}`)
    schemas[name] = schema
  }
}
