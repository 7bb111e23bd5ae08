import { Comment, Page, Post, PostCounts } from '@daguerre/contracts'
import { z } from 'zod'
import { type Answer, api, type Caller, read } from './api.ts'
import type { Person } from './people.ts'
import { readyPhoto, uploadPhoto } from './photos.ts'
import { soon } from './soon.ts'

const photos = new Map<string, Promise<string>>()

/** A photo of a person that is ready; one serves all their posts. */
export function photoOf(person: Person): Promise<string> {
  const mediaId = photos.get(person.id) ?? readyPhoto(person).then(({ id }) => id)
  photos.set(person.id, mediaId)
  return mediaId
}

/** Posts a photo and waits until everybody sees it. @param mediaId one that all posts of this person show, if not given */
export async function publish(person: Person, caption = '', mediaId?: string): Promise<Post> {
  const body = { caption, media: [{ mediaId: mediaId ?? (await photoOf(person)), altText: 'Four colours' }] }
  const post = await read(Post, api(person).post('/api/v1/posts', body), 201)
  return post.state === 'published' ? post : await published(person, post.id)
}

export async function published(person: Person, postId: string): Promise<Post> {
  return await soon(`post ${postId} is published`, async () => {
    const post = await read(Post, api(person).get(`/api/v1/posts/${postId}`))
    return post.state === 'published' && post
  })
}

/** A post of a photo that is still in work. How long that takes depends on the machine, so it may need another go. */
export async function postInWork(person: Person, photo: Uint8Array): Promise<Post> {
  return await soon('a post comes before its photo is processed', async () => {
    const { id } = await uploadPhoto(person, photo)
    const answer: Answer = await api(person).post('/api/v1/posts', { media: [{ mediaId: id }] })
    if (answer.status === 422) return undefined
    const post = await read(Post, answer, 201)
    return post.state === 'processing' && post
  })
}

export async function comment(person: Person, postId: string, text: string, parentId?: string): Promise<Comment> {
  const body = { text, ...(parentId !== undefined && { parentId }) }
  return await read(Comment, api(person).post(`/api/v1/posts/${postId}/comments`, body), 201)
}

export async function like(person: Person, postId: string): Promise<void> {
  await read(z.object({ counts: PostCounts }), api(person).post(`/api/v1/posts/${postId}/like`))
}

/** All items of a list, page by page to its end. */
export async function allOf<Item extends z.ZodType>(
  item: Item,
  caller: Caller | undefined,
  path: string,
  limit = 100,
): Promise<z.output<Item>[]> {
  const items: z.output<Item>[] = []
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor !== null && { cursor }) })
    const page: Page<z.output<Item>> = await read(Page(item), api(caller).get(`${path}?${query.toString()}`))
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}

export function idsOf(items: readonly { id: string }[]): string[] {
  return items.map(({ id }) => id)
}
