import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Encoding } from '../answer.ts'
import { webFile, type WebFile } from './file.ts'
import { createShell, type Shell } from './shell.ts'

const types: Record<string, string> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.xml': 'application/xml',
}

const suffixes: Record<string, Encoding> = { '.br': 'br', '.gz': 'gzip' }
const changedEveryMs = 1_000

/** The build of the web app. */
export interface WebBuild {
  /** The build as it is now: one that is made anew is seen within a second. */
  current(): Promise<{ shell: Shell; files: ReadonlyMap<string, WebFile> }>
}

interface Build {
  files: Map<string, WebFile>
  shell: Shell
  signature: string
}

/** Reads the build of the web app, a few megabytes, into memory. @throws Error if there is no index.html in it */
export async function openWebBuild(folder: string): Promise<WebBuild> {
  let build = await readBuild(folder)
  let lookedAt = performance.now()

  return {
    async current() {
      if (performance.now() - lookedAt < changedEveryMs) return build
      lookedAt = performance.now()
      // While it is built there may be no index.html for a moment: what was there before serves on.
      if ((await signatureOf(folder)) !== build.signature) build = await readBuild(folder).catch(() => build)
      return build
    },
  }
}

/** Changes when a file comes or goes in the folders that a build writes to, or index.html is another. */
async function signatureOf(folder: string): Promise<string> {
  const places = ['', 'assets', 'index.html'].map((name) =>
    stat(join(folder, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  )
  return (await Promise.all(places)).join()
}

async function readBuild(folder: string): Promise<Build> {
  const signature = await signatureOf(folder)
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const contents = new Map(
    await Promise.all(
      entries
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map(async (entry): Promise<[string, Buffer]> => {
          const path = join(entry.parentPath, entry.name)
          return [path.slice(folder.length).replace(/^\/?/, '/'), await readFile(path)]
        }),
    ),
  )
  const index = contents.get('/index.html')
  if (!index) throw new Error(`${folder} has no index.html: it is no build of the web app`)
  const files = new Map<string, WebFile>()
  for (const [path, body] of contents) {
    const extension = extname(path)
    const whole = path.slice(0, -extension.length || undefined)
    if (path === '/index.html' || (extension in suffixes && contents.has(whole))) continue
    const file = webFile(body, types[extension] ?? 'application/octet-stream', cachingOf(path))
    for (const [suffix, encoding] of Object.entries(suffixes)) {
      const shorter = contents.get(`${path}${suffix}`)
      if (shorter) file.encoded.set(encoding, Promise.resolve(shorter))
    }
    if (path === '/sw.js') file.headers.push(['service-worker-allowed', '/'])
    files.set(path, file)
  }
  return { files, shell: createShell(index.toString()), signature }
}

// Names under /assets have a hash of what is in them; the service worker and the manifest must be seen as soon as they change.
function cachingOf(path: string): string {
  if (path.startsWith('/assets/')) return 'public, max-age=31536000, immutable'
  return /\.(?:avif|gif|ico|jpg|png|svg|webp|woff2)$/.test(path) ? 'public, max-age=86400' : 'no-cache'
}
