import type { Client, components } from '@daguerre/client'

type Post = components['schemas']['Post']

/** A post once its photos are ready and everybody sees it, or have failed. @throws if `signal` ends it */
export async function whenPublished(client: Client, posted: Post, signal: AbortSignal): Promise<Post> {
  let post = posted
  for (let waitMs = 400; post.state === 'processing'; waitMs = Math.min(4_000, waitMs * 1.4)) {
    await new Promise((resolve) => setTimeout(resolve, waitMs))
    signal.throwIfAborted()
    post = await client.get('/api/v1/posts/{id}', { params: { path: { id: posted.id } }, signal })
  }
  return post
}
