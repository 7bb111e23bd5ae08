import { beforeAll, describe, expect } from 'vitest'
import { api, done } from '../e2e/support/api.ts'
import { follow, type Person, signUp } from '../e2e/support/people.ts'
import { fourCorners, readyPhoto } from '../e2e/support/photos.ts'
import { comment, like, published } from '../e2e/support/posts.ts'
import { settled } from '../e2e/support/soon.ts'
import { complaintsOf, stickingOut } from './support/axe.ts'
import { shown, test } from './support/visit.ts'

/** With all that makes a page crowded: long names, long words, emoji, many photos, right to left in left to right. */
let louise: Person
let postId = ''
let tag = ''

beforeAll(async () => {
  const [one, nadar] = await Promise.all([signUp('louise'), signUp('nadar_who_has_a_long_na')])
  louise = one
  await Promise.all([
    api(louise).patch('/api/v1/users/me', {
      displayName: 'Louise 🌙 Jacques Mandé of the Boulevard du Temple',
      bio: `Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlung\nשלום עולם\nhttps://example.org/${'a'.repeat(90)}`,
      website: `https://example.org/${'b'.repeat(120)}`,
    }),
    follow(louise, nadar),
    follow(nadar, louise),
  ])
  tag = `light${louise.username.split('_')[1] ?? ''}`
  const [wide, tall] = await Promise.all([photo(1600, 400), photo(400, 1000)])
  const media = [wide, tall, ...Array.from({ length: 8 }, () => wide)]
  const caption = `The bridge 🌉👩‍👩‍👧‍👦 at noon, @${nadar.username}! #${tag} ${'superlong'.repeat(12)}\nשלום #${tag}`
  const { body } = await api(louise).post<{ id: string }>('/api/v1/posts', {
    caption,
    media: media.map((mediaId) => ({ mediaId, altText: 'Four colours' })),
    location: { name: 'Boulevard du Temple' },
  })
  postId = body.id
  await published(louise, postId)
  await Promise.all([
    like(nadar, postId),
    like(louise, postId),
    done(api(louise).put(`/api/v1/posts/${postId}/save`)),
    comment(nadar, postId, `How long did you wait, @${louise.username}? ${'W'.repeat(80)}`).then(({ id }) =>
      comment(louise, postId, 'Ten minutes 🎩', id),
    ),
  ])
  await settled(async () => {
    const { body: page } = await api(louise).get<{ items: unknown[] }>('/api/v1/notifications')
    expect(page.items.length).toBeGreaterThan(2)
  })
})

async function photo(width: number, height: number): Promise<string> {
  return (await readyPhoto(louise, await fourCorners(width, height).jpeg().toBuffer())).id
}

interface Place {
  path: string
  /** What is on it when it is whole. */
  has: string | RegExp
  as?: 'nobody'
}

const places: Record<string, Place> = {
  'sign in': { path: '/login', has: 'Welcome back', as: 'nobody' },
  register: { path: '/register', has: 'E-mail address', as: 'nobody' },
  'home of a stranger': { path: '/', has: /./, as: 'nobody' },
  home: { path: '/', has: 'Ten minutes' },
}

describe.each(Object.entries(places))('%s', (_, { path, has, as }) => {
  test.each([
    { width: 360, height: 740 },
    { width: 1280, height: 800 },
  ])(
    '$width px wide: nothing for axe to say, by light and by dark; nothing sticks out, from the right either',
    async ({ width, height }, { visit }) => {
      const { page } = await visit({
        ...(as ? {} : { as: louise }),
        at: path,
        browser: { viewport: { width, height } },
      })
      await shown(page.getByText(has).first())
    },
  )
})
