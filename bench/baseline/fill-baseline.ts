import type { Avatar, Media } from '@daguerre/contracts'
import type pg from 'pg'
import { captionOf, type Community, personId, postId, usernameOf } from '../data/community.ts'
import { displayNameOf } from '../data/fill.ts'
import { followeesOf } from '../data/graph.ts'
import { writeRows } from '../data/write-rows.ts'

/** The same community, in the baseline's one database. */
export async function fillBaseline(
  client: pg.Client,
  { people, following, authors, times, likes }: Community,
  { media, avatars }: { media: Media[]; avatars: Avatar[] },
): Promise<void> {
  function* persons() {
    for (let person = 0; person < people; person++) {
      const avatar = JSON.stringify(avatars[person % avatars.length])
      yield [personId(person), usernameOf(person), displayNameOf(person), avatar]
    }
  }
  function* follows() {
    for (let person = 0; person < people; person++) {
      for (const followee of followeesOf(following, person)) yield [personId(person), personId(followee)]
    }
  }
  const shown = media.map((one) => JSON.stringify([{ ...one, altText: 'A photograph' }]))
  function* posts() {
    for (const [post, author] of authors.entries()) {
      const liked = likes.offsets[post + 1]! - likes.offsets[post]!
      const at = new Date(times[post]!)
      yield [postId({ times }, post), personId(author), captionOf(post), '[]', shown[post % shown.length], liked, at]
    }
  }
  function* likeRows() {
    for (const post of authors.keys()) {
      for (let like = likes.offsets[post]!; like < likes.offsets[post + 1]!; like++) {
        yield [postId({ times }, post), personId(likes.people[like]!)]
      }
    }
  }
  const names = { id: 'uuid', username: 'text', display_name: 'text', avatar: 'jsonb' }
  await writeRows(client, 'person', names, persons())
  await writeRows(client, 'follow', { follower_id: 'uuid', followee_id: 'uuid' }, follows())
  const post = {
    ...{ id: 'uuid', author_id: 'uuid', caption: 'text', entities: 'jsonb', media: 'jsonb', likes: 'int' },
    ...{ created_at: 'timestamptz' },
  }
  await writeRows(client, 'post', post, posts())
  await writeRows(client, 'post_like', { post_id: 'uuid', user_id: 'uuid' }, likeRows())
  await client.query(`
    insert into saved_post (user_id, post_id)
    select distinct on (post_id) user_id, post_id from post_like order by post_id, user_id`)
}
