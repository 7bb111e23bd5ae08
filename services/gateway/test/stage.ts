import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger } from '@daguerre/kit/log'
import { openRedis } from '@daguerre/kit/redis'
import { serve } from '@daguerre/kit/server'
import { testConfig, testTokens } from '@daguerre/kit/testing'
import { createApp } from '../src/app.ts'
import { createRateLimiter } from '../src/rate-limits.ts'
import type { OpenApiDocument } from '../src/route-table.ts'
import { createSessionCheck } from '@daguerre/kit/ended-sessions'
import { createUpstreams } from '../src/upstreams.ts'
import { openWebBuild } from '../src/web/build.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

function operation(id: string, more: object = {}) {
  return { operationId: id, 'x-service': 'post', ...more }
}

/** A small document: enough to see every kind of route that the gateway tells apart. */
const document: OpenApiDocument = {
  paths: {
    '/api/v1/posts/{id}': { get: operation('getPost', { 'x-micro-cache': 1 }), delete: operation('deletePost') },
    '/api/v1/users/{id}': { get: operation('getUser') },
    '/api/v1/users/{id}/follow': { put: operation('followUser', { 'x-rate-limit': 'follow' }) },
    '/api/v1/users/{id}/posts': { get: operation('listUserPosts') },
    '/api/v1/feed': { get: operation('getFeed') },
    '/api/v1/posts/mine': { get: operation('getMine') },
    '/api/v1/posts': { post: operation('createPost', { 'x-body-limit': 1000 }) },
    '/api/v1/upload': { post: operation('upload', { 'x-stream': true, 'x-body-limit': 5_000_000 }) },
    '/api/v1/stream': { get: operation('stream', { 'x-stream': true }) },
    '/api/v1/oauth/token': { post: operation('issueTokens', { 'x-service': 'auth', 'x-rate-limit': 'oauth' }) },
    '/auth/login': { post: operation('login', { 'x-service': 'auth', 'x-rate-limit': 'login' }) },
    '/media/{id}/{variant}': { get: operation('variant', { 'x-stream': true, 'x-rate-limit': 'media' }) },
  },
}

/** The gateway listening on a free port, in front of small servers that a test scripts. */
export async function createStage({
  corsOrigins = [] as string[],
  trustedProxies = 0,
  redisUrl = process.env['TEST_REDIS_URL'] ?? '',
  limits = true,
  trustedToken = undefined as string | undefined,
  webFolder = null as string | null,
  uploadOrigins = [] as string[],
  publicUrl = 'http://localhost:8080',
} = {}) {
  const servers: Server[] = []
  async function listen(answer: Answer): Promise<string> {
    const server = createServer(answer)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const script: { post: Answer; auth: Answer } = {
    post: (_request, response) => response.end('{}'),
    auth: (_request, response) => response.end('{}'),
  }
  const seen: { method: string; url: string; headers: IncomingMessage['headers'] }[] = []
  function record(name: keyof typeof script): Answer {
    return (request, response) => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers })
      if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json')
      script[name](request, response)
    }
  }

  const redis = openRedis(
    { REDIS_URL: redisUrl, REDIS_CLUSTER: false },
    {
      maxRetriesPerRequest: 0,
      commandTimeout: 250,
      retryStrategy: () => 200,
    },
  )
  redis.on('error', () => {})
  const upstreams = createUpstreams({ post: [await listen(record('post'))], auth: [await listen(record('auth'))] })
  const config = testConfig({ APP_ID: 'gateway', APP_PORT: 0 })
  const tokens = await testTokens(config)
  const log = createLogger({ service: 'gateway', level: 'silent' })
  let redisErrors = 0
  function onError(): void {
    redisErrors++
  }
  const app = createApp({
    config: {
      ...config,
      CORS_ORIGINS: corsOrigins,
      UPLOAD_ORIGINS: uploadOrigins,
      PUBLIC_URL: publicUrl,
      TRUSTED_PROXIES: trustedProxies,
      HSTS_SECONDS: 0,
      DAGUERRE_TRUSTED_TOKEN: trustedToken,
    },
    log,
    checks: { redis: () => redis.ping() },
    document,
    upstreams,
    web: webFolder === null ? null : await openWebBuild(webFolder),
    verifier: tokens.verifier,
    hasEnded: createSessionCheck({ redis, onError }),
    limiter: limits ? createRateLimiter({ redis, onError }) : null,
  })
  const server = await serve({ app, config, log, ownsProcess: false, graceMs: 200 })

  return {
    url: `http://127.0.0.1:${server.port}`,
    app,
    port: server.port,
    script,
    seen,
    tokens,
    redis,
    listen,
    redisErrors: () => redisErrors,
    async close() {
      await server.stop()
      await upstreams.close()
      redis.disconnect()
      for (const each of servers) {
        each.closeAllConnections()
        each.close()
      }
    },
  }
}
