import type { AppealState } from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { actColumns, type ActRow } from '../act/act.ts'

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** Acts against which others than who looks appeal, the latest appeal first. @param before id of the last appeal seen, or null */
export async function listAppeals(
  em: EntityManager,
  {
    state,
    moderatorId,
    before,
    limit,
  }: { state?: AppealState | undefined; moderatorId: string; before: string | null; limit: number },
): Promise<ActRow[]> {
  return query(
    em,
    `select ${actColumns} from appeal p join act a on a.id = p.act_id
     where p.id < $1 and ($2::text is null or p.state = $2) and a.person_id <> $3
     order by p.id desc limit $4`,
    [before ?? lastId, state ?? null, moderatorId, limit],
  )
}
