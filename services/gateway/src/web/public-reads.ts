import type { KitEnv } from '@daguerre/kit/http'
import type { Logger } from '@daguerre/kit/log'
import { currentTraceparent } from '@daguerre/kit/telemetry'
import type { Context } from 'hono'
import { z } from 'zod'
import type { createMicroCache } from '../micro-cache.ts'
import type { createRouteTable } from '../route-table.ts'
import type { Upstreams } from '../upstreams.ts'

// Only what pages show, so that a service may say more of it in a later release.
const Variant = z.object({ name: z.string(), url: z.string(), width: z.int(), height: z.int() })
const Photo = z.object({ variants: z.array(Variant), altText: z.string() })
const Author = z.object({
  username: z.string(),
  displayName: z.string(),
  avatar: z.object({ url: z.string(), width: z.int(), height: z.int() }).nullable(),
})
const Entity = z.looseObject({
  type: z.string(),
  start: z.int(),
  end: z.int(),
  tag: z.string().optional(),
  username: z.string().optional(),
})
const Post = z
  .object({
    id: z.uuid(),
    author: Author,
    caption: z.string(),
    entities: z.array(Entity),
    media: z.array(Photo),
    location: z.object({ name: z.string() }).nullish(),
    counts: z.object({ likes: z.int().nullable(), comments: z.int() }).nullable(),
    state: z.string(),
    createdAt: z.iso.datetime(),
    editedAt: z.iso.datetime().nullable(),
    sensitive: z.boolean().optional(),
  })
  .transform(withoutPictures)
const Person = Author.extend({
  bio: z.string(),
  website: z.string().nullable(),
  counts: z.object({ posts: z.int(), followers: z.int(), following: z.int() }),
})
const Posts = z.object({ items: z.array(Post) })

/** There is nobody here to ask whether they want to see them. */
function withoutPictures<Shown extends { sensitive?: boolean | undefined; media: z.infer<typeof Photo>[] }>(
  post: Shown,
): Shown {
  return post.sensitive ? { ...post, media: post.media.map((photo) => ({ ...photo, variants: [] })) } : post
}

export type Variant = z.infer<typeof Variant>
export type Photo = z.infer<typeof Photo>
export type Author = z.infer<typeof Author>
export type Entity = z.infer<typeof Entity>
export type Post = z.infer<typeof Post>
export type Person = z.infer<typeof Person>

/** `gone`: not there for everybody. `away`: nobody knows, for the service that owns it does not answer. */
export type Read<Value> = { is: 'there'; value: Value } | { is: 'gone' } | { is: 'away' }

export interface PublicReadsDeps {
  table: ReturnType<typeof createRouteTable>
  upstreams: Upstreams
  microCache: ReturnType<typeof createMicroCache>
  publicUrl: string
  log: Logger
}

export type PublicReads = ReturnType<typeof createPublicReads>

/** A page waits no longer for a service: the app, once it is loaded, asks again and says what is wrong. */
const timeoutMs = 2_500
const gone = new Set([400, 401, 403, 404, 410, 422])
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i
const username = /^[a-z\d](?:[a-z\d]|[._](?=[a-z\d])){2,29}$/i

/** What anybody may see, by the public API, repeated from memory for a second or so as other anonymous reads are. */
export function createPublicReads({ table, upstreams, microCache, publicUrl, log }: PublicReadsDeps) {
  async function read<Schema extends z.ZodType>(
    c: Context<KitEnv>,
    path: string,
    schema: Schema,
    seconds = 1,
  ): Promise<Read<z.output<Schema>>> {
    const found = table.match('GET', path.replace(/\?.*$/, ''))
    if (!found || 'allowed' in found) return { is: 'away' }
    const traceparent = currentTraceparent()
    try {
      const { answer } = await microCache(`page ${path}`, seconds, async () => {
        const response = await upstreams.request(found.route.service, {
          method: 'GET',
          path,
          headers: {
            accept: 'application/json',
            'x-request-id': c.get('requestId'),
            'x-forwarded-proto': new URL(publicUrl).protocol.slice(0, -1),
            ...(traceparent ? { traceparent } : {}),
          },
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
        })
        return { status: response.statusCode, headers: [], body: Buffer.from(await response.body.arrayBuffer()) }
      })
      if (gone.has(answer.status)) return { is: 'gone' }
      if (answer.status !== 200) return { is: 'away' }
      return { is: 'there', value: schema.parse(JSON.parse(answer.body.toString())) }
    } catch (error) {
      log.warn({ err: error, path }, 'a page is shown without what it is about')
      return { is: 'away' }
    }
  }

  return {
    async post(c: Context<KitEnv>, id: string): Promise<Read<Post>> {
      if (!uuid.test(id)) return { is: 'gone' }
      const found = await read(c, `/api/v1/posts/${id.toLowerCase()}`, Post)
      return found.is === 'there' && found.value.state !== 'published' ? { is: 'gone' } : found
    },

    async person(c: Context<KitEnv>, name: string): Promise<Read<Person>> {
      if (!username.test(name)) return { is: 'gone' }
      return await read(c, `/api/v1/users/${name.toLowerCase()}`, Person)
    },

    /** The newest of somebody's posts; none if they cannot be had. */
    async postsOf(c: Context<KitEnv>, name: string): Promise<Post[]> {
      if (!username.test(name)) return []
      const found = await read(c, `/api/v1/users/${name.toLowerCase()}/posts?limit=12`, Posts)
      return found.is === 'there' ? found.value.items.filter(({ state }) => state === 'published') : []
    },

    /** The newest of all, as they were at most a minute ago. */
    async newest(c: Context<KitEnv>): Promise<Read<Post[]>> {
      const found = await read(c, '/api/v1/feed?limit=50', Posts, 60)
      return found.is === 'there' ? { is: 'there', value: found.value.items } : found
    },
  }
}
