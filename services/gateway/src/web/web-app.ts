import type { KitEnv } from '@daguerre/kit/http'
import { problem } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import { answerFor, etagOf } from '../answer.ts'
import { matchAppPath, type MatchedPath } from './app-paths.ts'
import type { WebBuild } from './build.ts'
import { plainStyle, robots, sitemap } from './crawlers.ts'
import { answerFile, webFile } from './file.ts'
import { html } from './html.ts'
import { oembed } from './oembed.ts'
import { webHeaders } from './policy.ts'
import { postPage } from './post-page.ts'
import { profilePage } from './profile-page.ts'
import type { PublicReads } from './public-reads.ts'
import type { Page } from './shell.ts'

export interface WebAppDeps {
  build: WebBuild
  reads: PublicReads
  publicUrl: string
  uploadOrigins: readonly string[]
  /** Counts a request that asks services. @throws Problem 429 */
  limit: (c: Context<KitEnv>) => Promise<unknown>
}

/** The worker of the app that decodes HEIC: a page's own policy does not hold in it, but the one that came with its script. */
const decoder = /^\/assets\/heic\.worker-[\w-]+\.js$/
const pageType = 'text/html; charset=utf-8'
const notFoundPage: Page = { title: 'Not found · Daguerre', head: html`<meta name="robots" content="noindex" />` }

/** What the gateway answers at paths that are none of the API: files of the web app's build, its pages, and what links need. */
export function createWebApp({ build, reads, publicUrl, uploadOrigins, limit }: WebAppDeps) {
  const forFiles = webHeaders({ uploadOrigins })
  const forDecoder = webHeaders({ uploadOrigins, wasm: true })
  // A build may have its own.
  const ownFiles = new Map([
    ['/robots.txt', webFile(robots(publicUrl), 'text/plain; charset=utf-8', 'public, max-age=3600')],
    ['/plain.css', webFile(plainStyle, 'text/css; charset=utf-8', 'public, max-age=86400')],
  ])

  function answerBody(
    c: Context<KitEnv>,
    body: Buffer,
    { status = 200, type = pageType, caching = 'no-cache', more = forFiles } = {},
  ): Promise<Response> {
    const headers: [string, string][] = [
      ['content-type', type],
      ['cache-control', caching],
      ...(status === 200 ? [['etag', etagOf(body)] satisfies [string, string]] : []),
      ...more,
    ]
    return answerFor({ status, headers, body }, requestOf(c))
  }

  /** A page with what it is about in it; undefined for one that only the app draws, null for what is not there for everybody. */
  async function findPage(c: Context<KitEnv>, { template, parameters }: MatchedPath): Promise<Page | null | undefined> {
    if (template === '/p/{id}') {
      await limit(c)
      const post = await reads.post(c, parameters['id'] ?? '')
      if (post.is === 'there') return postPage(post.value, publicUrl)
      return post.is === 'gone' ? null : undefined
    }
    if (template === '/@{username}') {
      await limit(c)
      const name = parameters['username'] ?? ''
      const [person, posts] = await Promise.all([reads.person(c, name), reads.postsOf(c, name)])
      if (person.is === 'there') return profilePage(person.value, posts, publicUrl)
      return person.is === 'gone' ? null : undefined
    }
    return undefined
  }

  async function answerOembed(c: Context<KitEnv>): Promise<Response> {
    c.set('routeLabel', '/oembed')
    await limit(c)
    const body = Buffer.from(JSON.stringify(await oembed(c, reads, publicUrl)))
    return await answerBody(c, body, { type: 'application/json', caching: 'public, max-age=60' })
  }

  async function answerSitemap(c: Context<KitEnv>): Promise<Response> {
    c.set('routeLabel', '/sitemap.xml')
    await limit(c)
    const posts = await reads.newest(c)
    if (posts.is !== 'there') throw problem(503, 'sitemap.unavailable', 'The newest posts cannot be had. Try again.')
    return await answerBody(c, sitemap(posts.value, publicUrl), {
      type: 'application/xml',
      caching: 'public, max-age=60',
    })
  }

  return {
    /** Null if the path is neither a file nor a page of the app, and who asks is no browser that wants to show one. */
    async answer(c: Context<KitEnv>): Promise<Response | null> {
      const { method, path } = c.req
      if (method !== 'GET' && method !== 'HEAD') return null
      const { shell, files } = await build.current()
      const forPages = webHeaders({ uploadOrigins, scriptHashes: shell.scriptHashes })
      const file = files.get(path) ?? ownFiles.get(path)
      if (file) {
        c.set('routeLabel', path.startsWith('/assets/') ? '/assets/{file}' : '/{file}')
        return await answerFile(file, requestOf(c), decoder.test(path) ? forDecoder : forFiles)
      }
      const matched = matchAppPath(path)
      if (matched) {
        c.set('routeLabel', matched.template)
        const page = await findPage(c, matched)
        if (page === undefined) return await answerFile(shell.plain, requestOf(c), forPages)
        const status = page === null ? 404 : 200
        return await answerBody(c, shell.with(page ?? notFoundPage), { status, more: forPages })
      }
      if (path === '/oembed') return await answerOembed(c)
      if (path === '/sitemap.xml') return await answerSitemap(c)
      if (path.endsWith('/') && matchAppPath(path.replace(/\/+$/, ''))) return c.redirect(path.replace(/\/+$/, ''), 308)
      if (!wantsPage(c)) return null
      c.set('unrouted', true)
      return await answerBody(c, shell.with(notFoundPage), { status: 404, more: forPages })
    },
  }
}

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
