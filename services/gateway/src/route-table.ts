import { RegExpRouter } from 'hono/router/reg-exp-router'
import { SmartRouter } from 'hono/router/smart-router'
import { TrieRouter } from 'hono/router/trie-router'

/** What the merged OpenAPI document says of one operation; extensions are written by the owning service's routes. */
interface Operation {
  operationId?: string
  deprecated?: boolean
  security?: Record<string, string[]>[]
  /** Which service answers; added when the documents are merged. */
  'x-service'?: string
  /** Most bytes of the request body; 1 MiB if absent, 0 on methods without one. */
  'x-body-limit'?: number
  /** The answer is passed on as it comes: no ETag, no compression, no limit of time on the body. */
  'x-stream'?: boolean
  /** Seconds that an anonymous answer may be repeated from memory. */
  'x-micro-cache'?: number
  /** Name of the rate limit's row; by method if absent. */
  'x-rate-limit'?: string
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>
}

export interface Route {
  service: string
  method: string
  /** Path template as in OpenAPI: `/api/v1/posts/{id}`; the label of metrics. */
  template: string
  operationId: string
  bodyLimit: number
  stream: boolean
  microCacheSeconds: number
  rateLimit: string | null
}

export type Match = { route: Route } | { allowed: string[] } | null

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const
const defaultBodyLimit = 1024 * 1024

/**
 * The gateway's routes are what the services describe in their OpenAPI documents, and nothing else: what has no
 * description cannot be reached, internal routes above all.
 */
export function createRouteTable(document: OpenApiDocument): {
  routes: Route[]
  match(method: string, path: string): Match
} {
  const routes: Route[] = []
  for (const [template, operations] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation = operations[method]
      if (operation) routes.push(toRoute(template, method.toUpperCase(), operation))
    }
  }
  // Literal segments before parameters, so that users/me is not taken for users/{id}.
  routes.sort((a, b) => (specificity(a.template) < specificity(b.template) ? -1 : 1))

  const router = new SmartRouter<Route>({ routers: [new RegExpRouter(), new TrieRouter()] })
  for (const route of routes) router.add(route.method, toHonoPath(route.template), route)

  function find(method: string, path: string): Route | null {
    return router.match(method, path)[0][0]?.[0] ?? null
  }

  return {
    routes,
    match(method, path) {
      const route = find(method, path) ?? (method === 'HEAD' ? find('GET', path) : null)
      if (route) return { route }
      const allowed = methods.map((name) => name.toUpperCase()).filter((name) => find(name, path) !== null)
      return allowed.length > 0 ? { allowed } : null
    },
  }
}

function toRoute(template: string, method: string, operation: Operation): Route {
  const service = operation['x-service']
  if (!service) throw new Error(`${method} ${template} names no x-service: run "npm run generate"`)
  return {
    service,
    method,
    template,
    operationId: operation.operationId ?? `${method} ${template}`,
    bodyLimit: operation['x-body-limit'] ?? defaultBodyLimit,
    stream: operation['x-stream'] ?? false,
    microCacheSeconds: method === 'GET' ? (operation['x-micro-cache'] ?? 0) : 0,
    rateLimit: operation['x-rate-limit'] ?? null,
  }
}

// "{name}" sorts behind every literal segment at the same place.
function specificity(template: string): string {
  return template.replaceAll(/\{[^}]+\}/g, '\uffff')
}

function toHonoPath(template: string): string {
  return template.replaceAll(/\{([^}]+)\}/g, (_, name: string) => `:${name.replaceAll(/\W/g, '_')}`)
}
