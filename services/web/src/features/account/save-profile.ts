import type { components } from '@daguerre/client'
import { patchPerson } from '../../app/cache.ts'
import { client } from '../../app/client.ts'
import { queryClient } from '../../app/query-client.ts'
import { ownPerson } from './queries.ts'

/** Changes what others see of the viewer, also wherever they are on screen already. */
export async function saveProfile(
  edit: components['schemas']['ProfileEdit'],
): Promise<components['schemas']['Person']> {
  const saved = await client.patch('/api/v1/users/me', { body: edit })
  queryClient.setQueryData(ownPerson.queryKey, saved)
  const { displayName, avatar, bio, website, private: isPrivate } = saved
  patchPerson(saved.id, (person) => {
    const isSame = person.displayName === displayName && person.avatar?.mediaId === avatar?.mediaId
    const isShort = person.bio === undefined
    const isSameWhole = person.bio === bio && person.website === website && person.private === isPrivate
    if (isSame && (isShort || isSameWhole)) return person
    return { ...person, displayName, avatar, ...(isShort ? {} : { bio, website, private: isPrivate }) }
  })
  return saved
}
