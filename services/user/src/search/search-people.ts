import { type EntityManager, query } from '@daguerre/kit/postgres'
import { type Profile, profileColumns, relationColumns, type RelationRow } from '../profile/profile.ts'

// How much of the question must be found in a name (pg_trgm word similarity): lets a wrong, missing or swapped letter
// through. Two swapped letters spoil four trigrams, which leaves 0.45 of a short word and 0.38 of one of eight letters.
function similarEnough(name: string): number {
  return name.length < 6 ? 0.45 : 0.35
}
// Ranking looks at this many candidates of a kind, so that "a" does not sort half of all people.
const candidates = 200

/**
 * People by username and display name: the very username first, then usernames, display names and words in them that
 * begin so, then what looks alike.
 * @param name folded by `foldName`
 */
export async function searchPeople(
  em: EntityManager,
  { name, viewerId, limit }: { name: string; viewerId: string | null; limit: number },
): Promise<(Profile & RelationRow)[]> {
  return em.transactional(async (tx) => {
    // The operator `<%`, which an index serves, takes its threshold from this setting alone. The term goes back as a
    // value, because a prefix that only the running query knows cannot use an index.
    const [folded] = await query<{ term: string }>(
      tx,
      `select unaccent($1) as term, set_config('pg_trgm.word_similarity_threshold', $2, true)`,
      [name, String(similarEnough(name))],
    )
    const term = folded?.term ?? name
    const prefix = `${term.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    // Of one or two letters everything looks alike.
    const similar = term.length < 3 ? '' : `union (select p.id from profile p where $1 <% p.search_text
         order by word_similarity($1, p.search_text) desc limit ${candidates})`
    return query<Profile & RelationRow>(
      tx,
      `with found as (
         (select p.id from profile p where p.username like $2 order by p.username limit ${candidates})
         union (select p.id from profile p where p.name_folded like $2 order by p.name_folded limit ${candidates})
         union (select p.id from profile p where p.search_text like '% ' || $2 limit ${candidates})
         ${similar}
       )
       select ${profileColumns}, ${relationColumns('$3')}
       from found join profile p using (id)
       order by
         case when p.username = $1 then 0
              when starts_with(p.username, $1) then 1
              when starts_with(p.name_folded, $1) then 2
              when strpos(p.search_text, ' ' || $1) > 0 then 3
              else 4 end,
         word_similarity($1, p.search_text) desc, length(p.search_text), p.id
       limit $4`,
      [term, prefix, viewerId, limit],
    )
  })
}
