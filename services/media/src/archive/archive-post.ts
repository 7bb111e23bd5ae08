import type { Audience, Location, OmissionReason } from '@daguerre/contracts'

/** A post as an archive has it, whatever its format. */
export type ArchivePost = {
  /** What makes it the same post in another archive of the same account; ids are derived from it. */
  source: string
  /** The id that it had here, if it comes from here. */
  originalId?: string
  /** null: the archive does not say when it was. */
  createdAt: Date | null
  /** null: the archive does not say it, so whoever brings it does. */
  audience: Audience | null
  /** Nobody commented on it. */
  commentsOff?: boolean
  /** Its author alone learned how many liked it. */
  likesHidden?: boolean
  caption: string
  location: Location | null
  photos: { path: string; altText: string }[]
  /** What is known not to be taken before anything is read. */
  omitted: { file: string | null; reason: OmissionReason }[]
}
