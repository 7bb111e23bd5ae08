import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { verify } from 'hono/jwt'
import pg from 'pg'

// The simplest thing that could work: one process, one database, no sidecars, no events. It answers the same requests with
// the same shapes, so that what the architecture costs can be seen beside it.

const { DATABASE_URL = '', BASELINE_PORT = '', BASELINE_SECRET = '' } = process.env
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
const app = new Hono<{ Variables: { viewer: string | null } }>()

app.use(async (c, next) => {
  const token = c.req.header('authorization')?.slice('Bearer '.length)
  const claims = token ? await verify(token, BASELINE_SECRET, 'HS256') : null
  c.set('viewer', typeof claims?.['sub'] === 'string' ? claims['sub'] : null)
  await next()
})

const columns = `
  p.id, p.caption, p.entities, p.media, p.created_at, p.likes, p.comments,
  a.id as author_id, a.username, a.display_name, a.avatar,
  exists (select from post_like l where l.post_id = p.id and l.user_id = $1) as liked,
  exists (select from saved_post s where s.post_id = p.id and s.user_id = $1) as saved`

interface Row {
  id: string
  caption: string
  entities: unknown[]
  media: unknown[]
  created_at: Date
  likes: number
  comments: number
  author_id: string
  username: string
  display_name: string
  avatar: unknown
  liked: boolean
  saved: boolean
}

function present(row: Row, viewer: string | null) {
  return {
    id: row.id,
    author: { id: row.author_id, username: row.username, displayName: row.display_name, avatar: row.avatar },
    caption: row.caption,
    entities: row.entities,
    media: row.media,
    location: null,
    counts: { likes: row.likes, comments: row.comments },
    viewer: viewer === null ? null : { liked: row.liked, saved: row.saved },
    state: 'published',
    createdAt: row.created_at.toISOString(),
    editedAt: null,
  }
}

app.get('/api/v1/posts/:id', async (c) => {
  const viewer = c.get('viewer')
  const { rows } = await pool.query<Row>({
    name: 'post',
    text: `select ${columns} from post p join person a on a.id = p.author_id where p.id = $2`,
    values: [viewer, c.req.param('id')],
  })
  const [row] = rows
  return row ? c.json(present(row, viewer)) : c.json({ code: 'post.not_found' }, 404)
})

app.get('/api/v1/feed/home', async (c) => {
  const viewer = c.get('viewer')
  if (viewer === null) return c.json({ code: 'auth.required' }, 401)
  const limit = Math.min(50, Number(c.req.query('limit') ?? 20))
  const { rows } = await pool.query<Row>({
    name: 'home',
    text: `
      select ${columns} from post p join person a on a.id = p.author_id
      where (p.author_id = $1 or p.author_id in (select followee_id from follow where follower_id = $1))
        and p.id < $2
      order by p.id desc limit $3`,
    values: [viewer, c.req.query('cursor') ?? 'ffffffff-ffff-ffff-ffff-ffffffffffff', limit],
  })
  const items = rows.map((row) => present(row, viewer))
  return c.json({ items, nextCursor: items.length < limit ? null : items.at(-1)?.id })
})

app.post('/api/v1/posts/:id/like', async (c) => {
  const { rows } = await pool.query<{ likes: number; comments: number }>({
    name: 'like',
    text: `
      with liked as (
        insert into post_like (post_id, user_id) values ($1, $2) on conflict do nothing returning 1
      )
      update post set likes = likes + (select count(*) from liked) where id = $1 returning likes, comments`,
    values: [c.req.param('id'), c.get('viewer')],
  })
  return c.json({ counts: rows[0] })
})

app.delete('/api/v1/posts/:id/like', async (c) => {
  await pool.query({
    name: 'unlike',
    text: `
      with unliked as (delete from post_like where post_id = $1 and user_id = $2 returning 1)
      update post set likes = likes - (select count(*) from unliked) where id = $1`,
    values: [c.req.param('id'), c.get('viewer')],
  })
  return c.body(null, 204)
})

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(BASELINE_PORT) })

process.once('SIGTERM', () => {
  server.close(() => void pool.end())
})
