import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { conflict, problem } from '@daguerre/kit/problem'
import { isBlocked } from '../block/read-blocks.ts'
import { lockPair } from '../follow/lock-pair.ts'

const mostCloseFriends = 1000

/**
 * Somebody sees what is for the viewer's close friends; they are not told that they are one.
 * @throws Problem 422 `close_friend.self`, 409 `close_friend.blocked`, 409 `close_friend.too_many`
 */
export async function addCloseFriend(
  { em, viewer }: { em: EntityManager; viewer: { id: string } },
  friendId: string,
): Promise<void> {
  if (friendId === viewer.id) throw problem(422, 'close_friend.self', 'You see all that is yours.')
  await em.transactional(async (tx) => {
    await lockPair(tx, viewer.id, friendId)
    if (await isBlocked(tx, viewer.id, friendId)) {
      throw conflict('close_friend.blocked', 'You have blocked this person: unblock them first.')
    }
    await query(
      tx,
      'insert into close_friend (owner_id, friend_id, position) values ($1, $2, $3) on conflict do nothing',
      [viewer.id, friendId, newId()],
    )
    const [count] = await query<{ friends: number }>(
      tx,
      'select count(*)::int as friends from close_friend where owner_id = $1',
      [viewer.id],
    )
    if (count!.friends > mostCloseFriends) {
      throw conflict('close_friend.too_many', `Nobody has more than ${mostCloseFriends} close friends.`)
    }
  })
}
