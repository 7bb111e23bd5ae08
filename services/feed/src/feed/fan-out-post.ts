import type { Candidate, Timelines } from '../timeline/timeline.ts'

export interface FanOutDeps {
  timelines: Timelines
  followers: (userId: string, after: string | null) => Promise<{ items: { userId: string }[]; next: string | null }>
}

/** A post goes into the timelines of its author and of all who follow. Again is harmless: a member is added once. */
export async function fanOutPost({ timelines, followers }: FanOutDeps, post: Candidate): Promise<void> {
  await timelines.push([post.authorId], post)
  let after: string | null = null
  do {
    const page = await followers(post.authorId, after)
    await timelines.push(
      page.items.map((edge) => edge.userId),
      post,
    )
    after = page.next
  } while (after !== null)
}
