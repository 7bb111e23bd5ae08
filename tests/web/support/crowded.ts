import { Post } from '@daguerre/contracts'
import { expect } from 'vitest'
import { api, done, read } from '../../e2e/support/api.ts'
import { follow, type Person, signUp, unique } from '../../e2e/support/people.ts'
import { fourCorners, readyPhoto } from '../../e2e/support/photos.ts'
import { comment, like, publish, published } from '../../e2e/support/posts.ts'
import { settled } from '../../e2e/support/soon.ts'

export interface Crowded {
  louise: Person
  nadar: Person
  postId: string
  tag: string
}

/** Somebody with all that makes pages crowded: long names and words, emoji, ten photos, right to left in left to right. */
export async function makeCrowded(): Promise<Crowded> {
  const [louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar_at_work')])
  const tag = `light${unique()}`
  // Whom nobody follows: to be discovered.
  await publish(await signUp('stranger'))
  const profile = {
    displayName: 'Louise 🌙 Jacques Mandé of the Boulevard du Temple',
    bio: `Donaudampfschifffahrtsgesellschaftskapitänswitwenrente\nשלום עולם\nhttps://example.org/${'a'.repeat(90)}`,
    website: `https://example.org/${'b'.repeat(120)}`,
  }
  const photos = Promise.all(
    Array.from({ length: 10 }, (_, at) => photo(louise, at === 1 ? 300 : 1200, at === 1 ? 750 : 300 + at)),
  )
  await Promise.all([
    api(louise)
      .patch('/api/v1/users/me', profile)
      .then(({ status }) => expect(status).toBe(200)),
    follow(louise, nadar),
    follow(nadar, louise),
  ])
  const media = (await photos).map((mediaId, at) => ({ mediaId, altText: `Four colours, ${at + 1}` }))
  const caption = `The bridge 🌉👩‍👩‍👧‍👦 at noon, @${nadar.username}! #${tag} ${'superlong'.repeat(12)}\nשלום #${tag}`
  const body = { caption, media, location: { name: 'Boulevard du Temple' } }
  const { id: postId } = await read(Post, api(louise).post('/api/v1/posts', body), 201)
  await published(louise, postId)
  const said = await comment(nadar, postId, `How long did you wait, @${louise.username}? ${'W'.repeat(80)}`)
  await Promise.all([
    like(nadar, postId),
    like(louise, postId),
    done(api(louise).put(`/api/v1/posts/${postId}/save`)),
    comment(louise, postId, 'Ten minutes 🎩', said.id),
  ])
  await settled(async () => {
    const { body: page } = await api(louise).get<{ items: unknown[] }>('/api/v1/notifications')
    expect(page.items.length).toBeGreaterThan(2)
  })
  await settled(async () => {
    const { body: page } = await api(louise).get<{ items: unknown[] }>('/api/v1/feed/home')
    expect(page.items.length).toBe(1)
  })
  return { louise, nadar, postId, tag }
}

async function photo(person: Person, width: number, height: number): Promise<string> {
  return (await readyPhoto(person, await fourCorners(width, height).jpeg().toBuffer())).id
}
