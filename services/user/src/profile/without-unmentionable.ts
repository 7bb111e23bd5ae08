import { maySpeak } from '@daguerre/contracts'
import type { EntityManager } from '@daguerre/kit/postgres'
import { addRelations } from '../relations/list-relations.ts'
import { isSeen, type Profile } from './profile.ts'

/** These people but for those whom somebody may not mention, who are to them as if nobody had their name. @param ids of those who stay in any case */
export async function withoutUnmentionable(
  em: EntityManager,
  speakerId: string,
  profiles: readonly Profile[],
  ids: readonly string[],
): Promise<Profile[]> {
  const rows = await addRelations(em, speakerId, profiles)
  return rows.filter((row) => {
    if (row.id === speakerId || ids.includes(row.id)) return true
    const ties = { follows: row.following, isFollowed: row.followed_by }
    return isSeen(row, speakerId) && maySpeak(row.mentions_by, ties)
  })
}
