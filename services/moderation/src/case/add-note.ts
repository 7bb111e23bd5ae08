import type { CaseNote, Named } from '@daguerre/contracts'
import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { noSuchCase } from './read-case.ts'

/** A moderator notes something for the others. @throws Problem 404 `case.not_found`, also of one about themselves */
export async function addNote(
  { em, author, now }: { em: EntityManager; author: Named; now: Date },
  caseId: string,
  text: string,
): Promise<CaseNote> {
  const id = newId()
  const added = await query(
    em,
    `insert into case_note (id, case_id, author_id, author_name, text, created_at)
     select $1, id, $3, $4, $5, $6 from moderation_case where id = $2 and person_id <> $3 returning id`,
    [id, caseId, author.id, author.username, text, now],
  )
  if (added.length === 0) throw noSuchCase()
  return { id, author, text, createdAt: now.toISOString() }
}
