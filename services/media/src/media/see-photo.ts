import type { PersonShort } from '@daguerre/contracts'
import { type Copies, copyKey, photoCopy, type PhotoUse, photoUseOf } from '@daguerre/copies/copies'
import { findPeople } from '@daguerre/copies/find-people'
import { maySee, notVouchedFor } from '@daguerre/copies/see'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { LRUCache } from 'lru-cache'
import type { Neighbours } from '../neighbours.ts'

export interface SeePhotoDeps {
  forkEm: () => EntityManager
  copies: Copies
  neighbours: Neighbours
  onCacheError: (error: unknown) => void
}

/** `everybody` may see it, or only this viewer and others like them; null: they may not know of it. */
export type PhotoSight = 'everybody' | 'viewer' | null

export type SeePhoto = (mediaId: string, viewerId: string | null) => Promise<PhotoSight>

/** For so long what everybody may see is not asked about again; within this and a moment what is theirs no more is shut. */
const publicMs = 2_000

/**
 * Who may see a photo: its owner; whoever may see a post that shows it, by the same table and copies as posts themselves; and of an avatar,
 * whoever may see the person.
 * @throws NeighbourError or Problem 503 `user.unavailable` where post or user alone could say
 */
export function createPhotoSight({ forkEm, copies, neighbours, onCacheError }: SeePhotoDeps): SeePhoto {
  const deps = { copies, onCacheError, hydration: neighbours }
  const shown = new LRUCache<string, true>({ max: 50_000, ttl: publicMs })
  const asked = new Map<string, Promise<PhotoUse | null>>()
  const owners = new LRUCache<string, string>({ max: 50_000 })

  return async function seePhoto(mediaId, viewerId) {
    if (shown.has(mediaId)) return 'everybody'
    const kept = await readUse(mediaId)
    const ownerId = kept?.ownerId ?? (await ownerOf(mediaId))
    if (ownerId === null) return null
    const { people, accounts, areKnown } = await findPeople(deps, [ownerId], { isHeldAsked: true })
    const account = accounts.get(ownerId)
    const isAvatar = isAvatarOf(people.get(ownerId), mediaId) && account !== undefined && account !== 'closed'
    const use = kept ?? (isAvatar || viewerId === ownerId ? null : await askUse(mediaId))
    if (isAvatar || (use?.audience === 'public' && account === 'open')) {
      shown.set(mediaId, true)
      return 'everybody'
    }
    if (viewerId === ownerId) return 'viewer'
    if (use === null) {
      if (!areKnown) throw notVouchedFor()
      return null
    }
    return (await maySee(deps, { authorId: ownerId, audience: use.audience }, viewerId)) ? 'viewer' : null
  }

  async function readUse(mediaId: string): Promise<PhotoUse | null> {
    const [copy] = await copies.read([copyKey.photo(mediaId)]).catch((error: unknown) => {
      onCacheError(error)
      return []
    })
    return copy?.text && !copy.isHeld ? photoUseOf(copy.text) : null
  }

  async function ownerOf(mediaId: string): Promise<string | null> {
    const known = owners.get(mediaId)
    if (known !== undefined) return known
    const [row] = await query<{ ownerId: string }>(forkEm(), 'select owner_id as "ownerId" from media where id = ?', [
      mediaId,
    ])
    if (row) owners.set(mediaId, row.ownerId)
    return row?.ownerId ?? null
  }

  // A new photo is asked for by many at once, who wait for one answer.
  function askUse(mediaId: string): Promise<PhotoUse | null> {
    const asking = asked.get(mediaId) ?? ask(mediaId).finally(() => asked.delete(mediaId))
    asked.set(mediaId, asking)
    return asking
  }

  async function ask(mediaId: string): Promise<PhotoUse | null> {
    const use = await neighbours.photoUse(mediaId)
    if (use) await copies.keep([photoCopy(mediaId, use)]).catch(onCacheError)
    return use
  }
}

function isAvatarOf(person: PersonShort | undefined, mediaId: string): boolean {
  return person?.avatar?.mediaId === mediaId
}
