import { shellFiles, shellVersion } from 'virtual:shell'
import { isAppPage } from './app-page.ts'
import type { FetchEvent } from './scope.ts'

const prefix = 'daguerre.shell.'
const current = `${prefix}${shellVersion}`
const page = '/'

/** Fetches all the app is made of. Of two builds that are mixed while one takes the other's place, none is kept. */
export async function installShell(): Promise<void> {
  const response = await fetch(page, { cache: 'no-cache' })
  const html = await response.clone().text()
  const scripts = [...html.matchAll(/<script type="module"[^>]* src="([^"]+)"/g)].map(([, url]) => url ?? '')
  if (!response.ok || !scripts.every((url) => shellFiles.includes(url))) {
    throw new Error('The page is not of the same build as its service worker.')
  }
  const cache = await caches.open(current)
  await cache.addAll(shellFiles)
  await cache.put(page, response)
}

/** Tabs of the build before go on with what they were made of: of earlier ones nothing remains. */
export async function tidyShells(): Promise<void> {
  const shells = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== current)
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)))
}

/** Answers what belongs to the app from what is kept. Null: it is none of it. */
export function answerShell({ request }: FetchEvent, url: URL): Promise<Response> | null {
  if (request.method !== 'GET') return null
  if (request.mode === 'navigate') return isAppPage(url.pathname) ? answerPage(request) : null
  const isFile = url.pathname.startsWith('/assets/') || shellFiles.includes(url.pathname)
  return isFile ? answerFile(request) : null
}

async function answerPage(request: Request): Promise<Response> {
  const cache = await caches.open(current)
  return (await cache.match(page)) ?? (await fetch(request))
}

async function answerFile(request: Request): Promise<Response> {
  const cache = await caches.open(current)
  // Files of another build have other names.
  return (await cache.match(request)) ?? (await caches.match(request)) ?? (await fetch(request))
}
