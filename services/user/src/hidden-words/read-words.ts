import { type EntityManager, query } from '@daguerre/kit/postgres'

/** The words that these people have hidden, by who has. */
export async function readWords(em: EntityManager, ownerIds: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await query<{ id: string; words: string[] }>(
    em,
    'select owner_id as id, words from hidden_words where owner_id = any($1::uuid[])',
    [ownerIds],
  )
  return new Map(rows.map(({ id, words }) => [id, words]))
}
