import { photoCache } from '../device/names.ts'
import type { FetchEvent } from './scope.ts'

/** Some screens of the feed, with who is in it. */
const most = 300
const trimEvery = 20
const photoPath = /^\/media\/([^/]+)\/[^/]+\.webp$/
const variants = ['medium', 'large', 'small', 'thumbnail']

let added = 0

/** Answers photographs from what was seen last; without a line also by another size of the same. Null: it is none. */
export function answerPhoto(event: FetchEvent, url: URL): Promise<Response> | null {
  const { request } = event
  const id = photoPath.exec(url.pathname)?.[1]
  if (id === undefined || request.method !== 'GET' || request.destination !== 'image') return null
  return answer(event, id)
}

async function answer(event: FetchEvent, id: string): Promise<Response> {
  const { request } = event
  const cache = await caches.open(photoCache)
  // By whatever grant it was fetched, it is the same picture; with who may look goes the cache.
  const known = await cache.match(request, { ignoreSearch: true })
  if (known) return known
  try {
    const response = await fetch(request)
    if (response.status === 200) event.waitUntil(keep(cache, request, response.clone()))
    return response
  } catch (error) {
    for (const variant of variants) {
      const other = await cache.match(`/media/${id}/${variant}.webp`, { ignoreSearch: true })
      if (other) return other
    }
    throw error
  }
}

async function keep(cache: Cache, request: Request, response: Response): Promise<void> {
  try {
    await cache.put(request, response)
    added += 1
    if (added % trimEvery === 0) await trim(cache, most)
  } catch {
    // There is no room: what was seen longest ago makes some.
    await trim(cache, most / 2)
  }
}

/** Throws away what was kept first, until so many remain. */
export async function trim(cache: Cache, most: number): Promise<void> {
  const keys = await cache.keys()
  await Promise.all(keys.slice(0, Math.max(0, keys.length - most)).map((key) => cache.delete(key)))
}
