import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { KitEnv } from '@daguerre/kit/http'
import type { Context, Hono, MiddlewareHandler } from 'hono'

const assets: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

const page = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Daguerre API</title>
  <link rel="icon" href="/docs/assets/favicon-32x32.png">
  <link rel="stylesheet" href="/docs/assets/swagger-ui.css">
</head>
<body>
  <div id="swagger-ui"><p>Loading the API's description. Without JavaScript, read <a href="/api/v1/openapi.json">openapi.json</a>.</p></div>
  <script src="/docs/assets/swagger-ui-bundle.js"></script>
  <script src="/docs/assets/start.js"></script>
</body>
</html>
`

const start = `SwaggerUIBundle({
  url: '/api/v1/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
})
`

// Swagger UI sets style attributes and uses data: images; nothing comes from another origin.
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/** `/docs`: Swagger UI from its package, so that it works offline; `/api` is where an earlier system had it. */
export function mountDocs(app: Hono<KitEnv>, deprecated: MiddlewareHandler<KitEnv>): void {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  const loaded = new Map<string, Buffer<ArrayBuffer>>()
  function show(c: Context<KitEnv>): Response {
    c.header('content-security-policy', policy)
    return c.body(page, 200, { 'content-type': 'text/html; charset=utf-8' })
  }

  app.get('/docs', show)
  app.get('/api', deprecated, show)
  app.get('/docs/assets/start.js', (c) => {
    c.header('cache-control', 'public, max-age=3600')
    return c.body(start, 200, { 'content-type': 'text/javascript; charset=utf-8' })
  })
  app.get('/docs/assets/:name', async (c, next) => {
    const name = c.req.param('name')
    const type = assets[name]
    if (!type) return next()
    const content = loaded.get(name) ?? (await readFile(join(folder, name)))
    loaded.set(name, content)
    c.header('cache-control', 'public, max-age=86400')
    return c.body(content, 200, { 'content-type': type })
  })
}
