import { gauge } from '@daguerre/kit/metrics'
import type { EntityManager } from '@daguerre/kit/postgres'
import { query } from '@daguerre/kit/postgres'

/** Shows how many photos wait for their variants, how long the oldest has, and how many imports wait for their bytes. */
export async function measureQueue({ em }: { em: EntityManager }): Promise<void> {
  const [row] = await query<{ waiting: number; age: number | null }>(
    em,
    `/* all shards: queue */ select count(*)::int as waiting, extract(epoch from now() - min(created_at))::float as age
     from (select created_at from media where state = 'processing' and fetch_at is null limit 10000) waiting`,
  )
  const [imports] = await query<{ waiting: number }>(
    em,
    `/* all shards: queue */ select count(*)::int as waiting
     from (select 1 as one from media where fetch_at is not null limit 10000) waiting`,
  )
  gauge('media_queue_length', 'Photos that are not ready yet (10000 means: or more)').set(row!.waiting)
  gauge('media_imports_waiting', 'Imports that have not been fetched yet (10000 means: or more)').set(imports!.waiting)
  gauge('media_queue_age_seconds', 'Age of the oldest photo that is not ready yet').set(row!.age ?? 0)
}
