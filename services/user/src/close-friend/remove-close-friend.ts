import { type EntityManager, query } from '@daguerre/kit/postgres'

/** Somebody is no close friend of the viewer any more; they are not told. */
export async function removeCloseFriend(
  { em, viewer }: { em: EntityManager; viewer: { id: string } },
  friendId: string,
): Promise<void> {
  await query(em, 'delete from close_friend where owner_id = $1 and friend_id = $2', [viewer.id, friendId])
}
