import pg from 'pg'
import type { TestSystem } from '../../tests/setup/system.ts'
import { createTimelines } from '../../services/feed/src/timeline/timeline.ts'
import { openRedis } from '@daguerre/kit/redis'
import { idOf, joinedAt, personId } from '../data/community.ts'
import { writeRows } from '../data/write-rows.ts'

/** People who do nothing but follow one author, each with a timeline in Redis as feed keeps it, or without. */
export interface Followers {
  /** In the order in which they are delivered to. */
  ids: string[]
  /** How many of these have the posts as the newest of their timeline. */
  countDelivered: (ids: readonly string[], posts: readonly string[]) => Promise<number>
  /** Takes them away again; what they were told stays. */
  remove: () => Promise<void>
}

// Far from the numbers of a community's people.
const firstNumber = 0x10_0000_0000
const batch = 500
/** Older posts that each timeline holds. */
const older = 20

export async function addFollowers(
  system: TestSystem,
  authorId: string,
  count: number,
  { withTimelines }: { withTimelines: boolean },
): Promise<Followers> {
  const ids = Array.from({ length: count }, (_, index) => personId(firstNumber + index))
  const redis = openRedis({ REDIS_URL: system.environment('feed')['REDIS_URL'] ?? '', REDIS_CLUSTER: false })
  const timelines = createTimelines({ redis, length: 800, ttlSeconds: 86_400 })
  const posts = Array.from({ length: older }, (_, index) => ({
    postId: idOf('post', joinedAt.getTime(), firstNumber + index),
    authorId,
  }))

  async function inUser(work: (client: pg.Client) => Promise<void>): Promise<void> {
    const client = new pg.Client({ connectionString: system.database('user') })
    await client.connect()
    try {
      await work(client)
    } finally {
      await client.end()
    }
  }
  async function setCounter(client: pg.Client, change: number): Promise<void> {
    const sql = `update counter set value = value + $2 where subject_id = $1 and name = 'followers'`
    await client.query(sql, [authorId, change])
  }

  await inUser(async (client) => {
    const columns = {
      ...{ follower_id: 'uuid', followee_id: 'uuid', active: 'bool', version: 'int', position: 'uuid' },
      ...{ changed_at: 'timestamptz' },
    }
    const rows = ids.map((id) => [id, authorId, true, 1, id, joinedAt])
    await writeRows(client, 'follow', columns, rows)
    await setCounter(client, count)
    await client.query('analyze follow')
  })
  const readers = withTimelines ? count : 0
  for (let first = 0; first < readers; first += batch) {
    await Promise.all(
      ids.slice(first, first + batch).map(async (id) => {
        await timelines.begin(id, '')
        await timelines.setEdges(id, [{ authorId, version: 1, active: true }])
        await timelines.add(id, posts)
      }),
    )
  }

  return {
    ids,
    async countDelivered(some, posts) {
      let delivered = 0
      for (let first = 0; first < some.length; first += batch) {
        const part = some.slice(first, first + batch)
        const opened = await Promise.all(part.map((id) => timelines.open(id, null, posts.length)))
        const newest = opened.map(({ candidates }) => new Set(candidates.map(({ postId }) => postId)))
        delivered += newest.filter((ids) => posts.every((post) => ids.has(post))).length
      }
      return delivered
    },
    async remove() {
      const [least, most] = [personId(firstNumber), personId(firstNumber + count - 1)]
      for (let first = 0; first < count; first += batch) {
        await Promise.all(ids.slice(first, first + batch).map((id) => timelines.drop(id)))
      }
      redis.disconnect()
      await inUser(async (client) => {
        const sql = 'delete from follow where followee_id = $1 and follower_id between $2 and $3'
        await client.query(sql, [authorId, least, most])
        await setCounter(client, -count)
      })
    },
  }
}
