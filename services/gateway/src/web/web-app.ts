import type { KitEnv } from '@daguerre/kit/http'
import type { Context } from 'hono'
import { answerFor, etagOf } from '../answer.ts'
import { matchAppPath } from './app-paths.ts'
import type { WebBuild } from './build.ts'
import { answerFile } from './file.ts'
import { html } from './html.ts'
import { webHeaders } from './policy.ts'
import type { Shell } from './shell.ts'

export interface WebAppDeps {
  build: WebBuild
  uploadOrigins: readonly string[]
}

/** What the gateway answers at paths that are none of the API: files of the web app's build, and its pages. */
export function createWebApp({ build, uploadOrigins }: WebAppDeps) {
  const more = webHeaders({ uploadOrigins })

  async function answerPage(
    c: Context<KitEnv>,
    shell: Shell,
    page: Parameters<Shell['with']>[0],
    status: number,
  ): Promise<Response> {
    const body = shell.with(page)
    const headers: [string, string][] = [
      ['content-type', 'text/html; charset=utf-8'],
      ['cache-control', 'no-cache'],
      ...(status === 200 ? [['etag', etagOf(body)] satisfies [string, string]] : []),
      ...more,
    ]
    return await answerFor({ status, headers, body }, requestOf(c))
  }

  return {
    /** Null if the path is neither a file nor a page of the app, and who asks is no browser that wants to show one. */
    async answer(c: Context<KitEnv>): Promise<Response | null> {
      const { method, path } = c.req
      if (method !== 'GET' && method !== 'HEAD') return null
      const { shell, files } = await build.current()
      const found = files.get(path)
      if (found) {
        c.set('routeLabel', path.startsWith('/assets/') ? '/assets/{file}' : '/{file}')
        return await answerFile(found, requestOf(c), more)
      }
      const matched = matchAppPath(path)
      if (matched) {
        c.set('routeLabel', matched.template)
        return await answerFile(shell.plain, requestOf(c), more)
      }
      if (path.endsWith('/') && matchAppPath(path.replace(/\/+$/, ''))) return c.redirect(path.replace(/\/+$/, ''), 308)
      if (!wantsPage(c)) return null
      c.set('unrouted', true)
      return await answerPage(c, shell, notFoundPage, 404)
    },
  }
}

const notFoundPage = { title: 'Not found · Daguerre', head: html`<meta name="robots" content="noindex" />` }

function requestOf(c: Context<KitEnv>) {
  return {
    method: c.req.method,
    ifNoneMatch: c.req.header('if-none-match'),
    acceptEncoding: c.req.header('accept-encoding'),
  }
}

/** A browser that goes somewhere; a script, a picture and a program get a problem document, and so does who asks the API. */
function wantsPage(c: Context<KitEnv>): boolean {
  const isForPrograms = /^\/(?:api|assets|internal|media)\//.test(c.req.path)
  return !isForPrograms && /\btext\/html\b/.test(c.req.header('accept') ?? '')
}
