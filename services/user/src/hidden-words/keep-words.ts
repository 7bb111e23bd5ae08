import { type EntityManager, query } from '@daguerre/kit/postgres'
import { distinctWords } from './match-words.ts'

/** Comments below the viewer's posts that have one of these words in them are held from now on. @returns those that are kept */
export async function keepWords(em: EntityManager, ownerId: string, words: readonly string[]): Promise<string[]> {
  const kept = distinctWords(words)
  await query(
    em,
    `insert into hidden_words (owner_id, words) values ($1, $2)
     on conflict (owner_id) do update set words = excluded.words`,
    [ownerId, kept],
  )
  return kept
}
