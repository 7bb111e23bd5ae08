import type { Holds } from '@daguerre/copies/copies'
import type { Logger } from '@daguerre/kit/log'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import type { Neighbours } from '../neighbours.ts'
import { applyMedia } from './apply-media.ts'

const patienceMs = 60_000
const mostAtOnce = 100

/**
 * Asks media for what posts have waited for longer than usual: an event that went to the dead letters must not leave a
 * post in work for ever. @returns how many media had news
 */
export async function reconcileMedia({
  fork,
  holds,
  neighbours,
  log,
  now,
}: {
  fork: () => EntityManager
  holds: Pick<Holds, 'hold'>
  neighbours: Pick<Neighbours, 'findMedia'>
  log: Logger
  now: Date
}): Promise<number> {
  const rows = await query<{ id: string }>(
    fork(),
    `/* all shards: waiting-media */ select distinct pm.media_id as id from post p join post_media pm on pm.post_id = p.id
     where p.state = 'processing' and p.created_at < $1 and not exists (select from media m where m.media_id = pm.media_id)
     limit $2`,
    [new Date(now.getTime() - patienceMs), mostAtOnce],
  )
  if (rows.length === 0) return 0
  const answers = await neighbours.findMedia(rows.map((row) => row.id))
  const news = answers.filter(({ media }) => media.state === 'ready' || media.state === 'failed')
  for (const item of news) await applyMedia({ em: fork(), holds }, item)
  if (news.length > 0) log.warn({ media: news.length }, 'took up media whose events did not arrive')
  return news.length
}
