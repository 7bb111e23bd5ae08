import { events, makeEvent } from '@daguerre/contracts'
import type { NewEvent } from '@daguerre/kit/outbox'
import type { MediaRow } from '../media/media-row.ts'
import type { Match } from './find-match.ts'

/** Says that a photo looks like a blocked one. */
export function matchEvent(
  { id, owner_id: ownerId, version }: Pick<MediaRow, 'id' | 'owner_id' | 'version'>,
  match: Match,
  { isRefused }: { isRefused: boolean },
): NewEvent {
  const data = { mediaId: id, ownerId, ...match, isRefused }
  return makeEvent(events.photoMatched, { subject: id, version, data })
}
