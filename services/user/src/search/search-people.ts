import { type EntityManager, query } from '@daguerre/kit/postgres'
import { readBlockedIds } from '../block/read-blocks.ts'
import { addRelations } from '../relations/list-relations.ts'
import { type Profile, profileColumns, type RelationRow } from '../profile/profile.ts'
import { toTrigramText } from './fold-name.ts'

// How much of the question must be found in a name (pg_trgm word similarity): lets a wrong, missing or swapped letter
// through. Two swapped letters spoil four trigrams, which leaves 0.45 of a short word and 0.38 of one of eight letters.
function similarEnough(name: string): number {
  return name.length < 6 ? 0.45 : 0.35
}
// Ranking looks at this many candidates of a kind, so that "a" does not sort half of all people.
const candidates = 200

/**
 * People by username and display name: the very username first, then usernames, display names and words in them that
 * begin so, then what looks alike; without whom the viewer may not see.
 * @param name folded by `foldName`
 */
export async function searchPeople(
  em: EntityManager,
  { name, viewerId, limit }: { name: string; viewerId: string | null; limit: number },
): Promise<(Profile & RelationRow)[]> {
  const text = toTrigramText(name)
  // Of three letters or fewer too much looks alike.
  const similar =
    text.length < 4
      ? ''
      : `union (select p.id from profile p where $2 <% p.search_text
           order by word_similarity($2, p.search_text) desc limit ${candidates})`
  const blockedIds = await readBlockedIds(em, viewerId)
  const found = await em.transactional(async (tx) => {
    // The operator `<%`, which an index serves, takes its threshold from this setting alone.
    await query(tx, `select set_config('pg_trgm.word_similarity_threshold', $1, true)`, [String(similarEnough(text))])
    return query<Profile>(
      tx,
      `/* all shards: search */ with found as (
         (select p.id from profile p where p.username like $3 order by p.username limit ${candidates})
         union (select p.id from profile p where p.name_folded like $3 order by p.name_folded limit ${candidates})
         union (select p.id from profile p where p.search_text like $4 limit ${candidates})
         ${similar}
       )
       select ${profileColumns}
       from found join profile p using (id)
       where p.closed_by = '{}' and p.id <> all($6::uuid[])
       order by
         case when p.username = $1 then 0
              when starts_with(p.username, $1) then 1
              when starts_with(p.name_folded, $1) then 2
              when strpos(p.search_text, ' ' || $2) > 0 then 3
              else 4 end,
         word_similarity($2, p.search_text) desc, length(p.search_text), p.id
       limit $5`,
      [name, text, `${escapeLike(name)}%`, `% ${escapeLike(text)}%`, limit, blockedIds],
    )
  })
  return addRelations(em, viewerId, found)
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`)
}
