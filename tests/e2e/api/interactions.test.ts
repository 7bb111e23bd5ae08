import { noRelation, Comment, Page, PersonInList, Post, PostCounts } from '@daguerre/contracts'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { api, done, read, refused } from '../support/api.ts'
import { follow, type Person, signUp, signUpKnown } from '../support/people.ts'
import { allOf, comment, idsOf, publish } from '../support/posts.ts'
import { settled, soon } from '../support/soon.ts'

const Liked = z.object({ counts: PostCounts })
const LikedComment = z.object({ counts: Comment.shape.counts })

let louise: Person
let nadar: Person
let post: Post

beforeAll(async () => {
  ;[louise, nadar] = await Promise.all([signUp('louise'), signUp('nadar')])
  post = await publish(louise)
})

/** What who is not signed in sees of a post follows within two seconds. */
async function counted(id: string, counts: PostCounts): Promise<void> {
  await settled(async () => expect((await read(Post, api().get(`/api/v1/posts/${id}`))).counts).toEqual(counts))
}

/** What somebody who is signed in sees at once; a busy machine may show a post without it for a moment, which says null. */
function seenBy(person: Person, id: string): Promise<Pick<Post, 'counts' | 'viewer'>> {
  return soon('what interaction says of a post', async () => {
    const { counts, viewer } = await read(Post, api(person).get(`/api/v1/posts/${id}`))
    return viewer ? { counts, viewer } : undefined
  })
}

describe.concurrent('likes', () => {
  test('liking answers 200 with the counts and counts once, however often; so does taking it back', async () => {
    const { id } = await publish(louise)
    const path = `/api/v1/posts/${id}/like`
    for (let times = 0; times < 2; times++) {
      expect(await read(Liked, api(nadar).post(path))).toEqual({ counts: { likes: 1, comments: 0 } })
    }
    expect(await read(Liked, api(louise).post(path))).toEqual({ counts: { likes: 2, comments: 0 } })
    expect(await seenBy(nadar, id)).toEqual({
      counts: { likes: 2, comments: 0 },
      viewer: { liked: true, saved: false },
    })

    await done(api(nadar).delete(path))
    await done(api(nadar).delete(path))
    expect(await seenBy(nadar, id)).toEqual({
      counts: { likes: 1, comments: 0 },
      viewer: { liked: false, saved: false },
    })
  })

  test('ten people who like at once, each three times, are ten likes', async () => {
    const { id } = await publish(louise)
    const crowd = await Promise.all(Array.from({ length: 10 }, () => signUp('crowd')))
    await Promise.all(
      [...crowd, ...crowd, ...crowd].map((person) => read(Liked, api(person).post(`/api/v1/posts/${id}/like`))),
    )
    await counted(id, { likes: 10, comments: 0 })
    expect(idsOf(await allOf(PersonInList, undefined, `/api/v1/posts/${id}/likes`, 3)).toSorted()).toEqual(
      idsOf(crowd).toSorted(),
    )
  })

  test('those who like a post are listed newest first, each with the relation to the viewer', async () => {
    const { id } = await publish(louise)
    const eugene = await signUp('eugene')
    await follow(nadar, eugene)
    await read(Liked, api(eugene).post(`/api/v1/posts/${id}/like`))
    await read(Liked, api(nadar).post(`/api/v1/posts/${id}/like`))
    const likes = await allOf(PersonInList, nadar, `/api/v1/posts/${id}/likes`, 1)
    expect(likes.map(({ username, viewer }) => ({ username, viewer }))).toEqual([
      { username: nadar.username, viewer: null },
      {
        username: eugene.username,
        viewer: { ...noRelation, following: true },
      },
    ])
  })
})

describe.concurrent('comments', () => {
  test('answer 201 with entities and where they are; lists are newest first and counted', async () => {
    const { id } = await publish(louise)
    const answer = await api(nadar).post(`/api/v1/posts/${id}/comments`, { text: ` @${louise.username} #merci ` })
    const first = await read(Comment, answer, 201)
    expect(answer.headers.get('location')).toBe(`/api/v1/comments/${first.id}`)
    expect(first).toMatchObject({
      postId: id,
      parentId: null,
      author: { id: nadar.id },
      text: `@${louise.username} #merci`,
      entities: [
        { type: 'mention', userId: louise.id },
        { type: 'hashtag', tag: 'merci' },
      ],
      counts: { likes: 0, replies: 0 },
      viewer: { liked: false },
    })
    expect(await read(Comment, api(nadar).get(`/api/v1/comments/${first.id}`))).toEqual(first)
    const second = await comment(louise, id, 'De rien')
    expect(idsOf(await allOf(Comment, undefined, `/api/v1/posts/${id}/comments`, 1))).toEqual([second.id, first.id])
    await counted(id, { likes: 0, comments: 2 })
  })

  test('replies are one level deep: an answer to a reply joins its thread, in the order of the conversation', async () => {
    const top = await comment(nadar, post.id, 'How long was it exposed?')
    const reply = await comment(louise, post.id, 'Ten minutes', top.id)
    const further = await comment(nadar, post.id, 'In that sun?', reply.id)
    expect([reply.parentId, further.parentId]).toEqual([top.id, top.id])
    expect(idsOf(await allOf(Comment, louise, `/api/v1/comments/${top.id}/replies`, 1))).toEqual([reply.id, further.id])
    const shown = await read(Comment, api().get(`/api/v1/comments/${top.id}`))
    expect(shown).toMatchObject({ counts: { likes: 0, replies: 2 }, viewer: null })
    const { items } = await read(Page(Comment), api().get(`/api/v1/posts/${post.id}/comments?limit=100`))
    expect(idsOf(items)).not.toContain(reply.id)
  })

  test('a comment can be liked, once', async () => {
    const { id } = await comment(nadar, post.id, 'What light')
    const path = `/api/v1/comments/${id}/like`
    for (let times = 0; times < 2; times++) {
      expect(await read(LikedComment, api(louise).post(path))).toEqual({ counts: { likes: 1, replies: 0 } })
    }
    expect((await read(Comment, api(louise).get(`/api/v1/comments/${id}`))).viewer).toEqual({ liked: true })
    await done(api(louise).delete(path))
    await done(api(louise).delete(path))
    expect((await read(Comment, api(louise).get(`/api/v1/comments/${id}`))).counts.likes).toBe(0)
  })

  test('a comment is deleted by its author or the author of the post, with its replies, and by nobody else', async () => {
    const { id } = await publish(louise)
    const stranger = await signUp('stranger')
    const own = await comment(nadar, id, 'Own')
    const other = await comment(nadar, id, 'Other')
    const reply = await comment(stranger, id, 'Reply', other.id)
    await refused(api(stranger).delete(`/api/v1/comments/${own.id}`), 403, 'comment.not_yours')
    await done(api(nadar).delete(`/api/v1/comments/${own.id}`))
    await done(api(louise).delete(`/api/v1/comments/${other.id}`))
    for (const gone of [own, other, reply]) {
      await refused(api(louise).get(`/api/v1/comments/${gone.id}`), 404, 'comment.not_found')
    }
    await counted(id, { likes: 0, comments: 0 })
  })

  test('comments of a deleted post are gone with it', async () => {
    const { id } = await publish(louise)
    const left = await comment(nadar, id, 'Left behind')
    await done(api(louise).delete(`/api/v1/posts/${id}`))
    await settled(() => refused(api(nadar).get(`/api/v1/comments/${left.id}`), 404, 'comment.not_found'))
    await refused(api(nadar).post(`/api/v1/posts/${id}/comments`, { text: 'Too late' }), 404, 'post.not_found')
  })
})

describe('saved posts', () => {
  test('are listed in the order of saving, for oneself alone; deleted ones drop out', async () => {
    const posts = [await publish(louise), await publish(louise), await publish(louise)]
    const reader = await signUp('reader')
    for (const { id } of [posts[1]!, posts[0]!, posts[2]!, posts[1]!]) {
      await done(api(reader).put(`/api/v1/posts/${id}/save`))
    }
    const saved = await allOf(Post, reader, '/api/v1/users/me/saved', 1)
    expect(idsOf(saved)).toEqual(idsOf([posts[2]!, posts[0]!, posts[1]!]))
    expect(saved[0]).toMatchObject({ viewer: { saved: true, liked: false } })
    expect(await allOf(Post, louise, '/api/v1/users/me/saved')).toEqual([])

    await done(api(reader).delete(`/api/v1/posts/${posts[0]!.id}/save`))
    await done(api(reader).delete(`/api/v1/posts/${posts[0]!.id}/save`))
    await done(api(louise).delete(`/api/v1/posts/${posts[2]!.id}`))
    await settled(async () => {
      expect(idsOf(await allOf(Post, reader, '/api/v1/users/me/saved'))).toEqual([posts[1]!.id])
    })
  })
})

test('somebody new mentions fifty people a day, captions and comments together', async () => {
  const [newcomer, crowd] = [
    await signUp('newcomer'),
    await Promise.all(Array.from({ length: 10 }, () => signUpKnown('named'))),
  ]
  const names = crowd.map(({ username }) => `@${username}`).join(' ')
  const own = await publish(newcomer, names)
  for (let times = 0; times < 3; times++) await comment(newcomer, own.id, `${names} ${times}`)
  await publish(newcomer, names)
  for (const asked of [
    api(newcomer).post(`/api/v1/posts/${own.id}/comments`, { text: names }),
    api(newcomer).post('/api/v1/posts', { caption: names, media: [{ mediaId: own.media[0]!.id, altText: '' }] }),
  ]) {
    await refused(asked, 429, 'mention.too_many')
  }
  await comment(newcomer, own.id, 'Nobody at all')
})
