import { ApiError, type Client, type components } from '@daguerre/client'
import { newId } from '@daguerre/client'
import { bodyOf, dropPost, keepPost, type PostInWork } from './posts.ts'

type Post = components['schemas']['Post']

/** What became of it: it is posted, or the server does not want it as it is. */
export type Delivered = { is: 'posted'; post: Post } | { is: 'refused'; post: PostInWork }

/** The server gives the same answer to the same key for 24 hours; until then nothing can be posted twice. */
const sureForMs = 20 * 3_600_000

/**
 * Posts what is stored: all its photos have a media id. Whatever happens in between, a reload, a crash, a lost answer, it is
 * posted once. @throws ApiError, ConnectionError if it may be tried again as it is
 */
export async function deliver(client: Client, post: PostInWork, now: () => number = Date.now): Promise<Delivered> {
  const earlier = post.attempt
  if (earlier && now() - earlier.at > sureForMs) {
    const known = await findPosted(client, post)
    if (known) {
      await dropPost(post)
      return { is: 'posted', post: known }
    }
  }
  const isSure = earlier !== null && now() - earlier.at <= sureForMs
  const attempt = isSure ? earlier : { key: newId(), body: bodyOf(post), at: now() }
  const attempted: PostInWork = { ...post, attempt }
  // Kept before it is sent: who comes after a crash repeats it to the letter.
  if (!isSure) await keepPost(attempted)
  try {
    const posted = await client.post('/api/v1/posts', {
      body: attempt.body,
      headers: { 'idempotency-key': attempt.key },
    })
    await dropPost(post)
    return { is: 'posted', post: posted }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    // An answer that says no: nothing was posted, and another wording is another post.
    const free: PostInWork = { ...post, attempt: null }
    if (isLasting(error)) {
      const refused = withoutLost({ ...free, state: 'refused', refusal: error.code }, error)
      await keepPost(refused)
      return { is: 'refused', post: refused }
    }
    // After a 5xx it is not known, and the first of two equal requests may yet arrive.
    if (error.status < 500 && error.code !== 'idempotency.in_progress') await keepPost(free)
    throw error
  }
}

function isLasting({ status, code }: ApiError): boolean {
  if (code === 'idempotency.in_progress' || code === 'media.not_uploaded') return false
  // Nobody waits a day for a caption: with fewer names it can go out now.
  if (code === 'mention.too_many') return true
  return status >= 400 && status < 500 && ![401, 408, 429].includes(status)
}

/** Photos that the server does not have, or cannot show, are sent again from here. */
function withoutLost(post: PostInWork, error: ApiError): PostInWork {
  if (error.code !== 'media.not_found' && error.code !== 'media.failed') return post
  const lost = new Set(Object.keys(error.fields).map((pointer) => /^media\/(\d+)\//.exec(pointer)?.[1]))
  const photos = post.photos.map((photo, index) =>
    lost.has(String(index)) ? { ...photo, mediaId: null, key: newId() } : photo,
  )
  return { ...post, photos }
}

/** The post that has these photos, if the first answer was lost and it is there. */
async function findPosted(client: Client, { ownerId, attempt }: PostInWork): Promise<Post | null> {
  const first = attempt?.body.media[0]?.mediaId
  const { items } = await client.get('/api/v1/users/{id}/posts', { params: { path: { id: ownerId } } })
  return items.find(({ media }) => media.some(({ id }) => id === first)) ?? null
}
