import { type EntityManager, query } from '@daguerre/kit/postgres'
import { actColumns, type ActRow, actTables } from './act.ts'

const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

/** What was done to somebody, the latest first. @param before id of the last one seen, or null for the beginning */
export async function listActsOfPerson(
  em: EntityManager,
  { personId, before, limit }: { personId: string; before: string | null; limit: number },
): Promise<ActRow[]> {
  return query(
    em,
    `select ${actColumns} from ${actTables} where a.person_id = $1 and a.id < $2 order by a.id desc limit $3`,
    [personId, before ?? lastId, limit],
  )
}

/** What was done about a case, the earliest first. */
export async function listActsOfCase(em: EntityManager, caseId: string): Promise<ActRow[]> {
  return query(em, `select ${actColumns} from ${actTables} where a.case_id = $1 order by a.id limit 500`, [caseId])
}

export async function readAct(em: EntityManager, id: string): Promise<ActRow | undefined> {
  const [row] = await query<ActRow>(em, `select ${actColumns} from ${actTables} where a.id = $1`, [id])
  return row
}
