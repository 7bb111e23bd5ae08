import type { Avatar, Media } from '@daguerre/contracts'
import { conflict, invalid } from '@daguerre/kit/problem'

/** Asks the service that owns media. @throws NeighbourError when it does not answer */
export type FindMedia = (ids: string[]) => Promise<{ ownerId: string; media: Media }[]>

/**
 * The avatar that a media of this owner makes.
 * @throws Problem 422 `media.not_found` if there is none of this owner, 409 `media.not_ready` if it cannot be shown (yet)
 */
export async function chooseAvatar(
  { findMedia, ownerId }: { findMedia: FindMedia; ownerId: string },
  mediaId: string,
): Promise<Avatar> {
  const items = await findMedia([mediaId])
  const media = items.find((item) => item.media.id === mediaId && item.ownerId === ownerId)?.media
  if (media === undefined) {
    throw invalid(
      [{ pointer: '#/avatarMediaId', detail: 'is no media of yours', code: 'media.not_found' }],
      'media.not_found',
    )
  }
  const variant = media.variants.find(({ name }) => name === 'thumbnail') ?? media.variants[0]
  if (media.state !== 'ready' || variant === undefined) {
    throw conflict('media.not_ready', 'This photo cannot be shown: it is still in work, or has failed.')
  }
  const { url, width, height } = variant
  return { mediaId, url, width, height, placeholder: media.placeholder }
}
