import { z } from 'zod'
import { Webhook } from 'standardwebhooks'
import type { PostRow } from '../post/post-row.ts'

export interface Hook {
  url: string
  /** `whsec_…`, as Standard Webhooks has it. */
  secret: string
  timeoutMs: number
  /** What becomes of a post about which it says nothing. */
  otherwise: Verdict['verdict']
}

const maxAnswerBytes = 16_384
const Verdict = z.object({ verdict: z.enum(['publish', 'hold']), reason: z.string().max(500).optional() })
export type Verdict = z.infer<typeof Verdict>

/**
 * Asks what whoever runs this has set up (https://www.standardwebhooks.com): a POST that is signed, about a post that nobody else sees yet.
 * @throws Error of any kind if there is no usable answer in time
 */
export async function askHook({ url, secret, timeoutMs }: Hook, post: PostRow, now: Date): Promise<Verdict> {
  const body = JSON.stringify({
    type: 'post.publish',
    timestamp: now.toISOString(),
    data: {
      postId: post.id,
      author: { id: post.authorId, username: post.authorUsername },
      audience: post.audience,
      caption: post.caption,
      location: post.location?.name ?? null,
      media: post.media.map(({ id, altText, width, height }) => ({ id, altText, width, height })),
      createdAt: post.createdAt.toISOString(),
    },
  })
  // Asked again after a crash it is the same question, which whoever answers may tell by this.
  const id = `post.publish.${post.id}`
  const response = await fetch(url, {
    method: 'POST',
    // It might lead elsewhere than where whoever runs this has pointed.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
    body,
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw new Error(`the hook answers ${response.status}`)
  }
  return Verdict.parse(JSON.parse(await readShort(response)))
}

async function readShort(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) throw new Error('the hook answers too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
