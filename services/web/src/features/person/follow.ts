import type { AnyPerson } from '../../app/cache.ts'

/** The person as they are when the viewer follows them, or no longer does. The same object if nothing changes. */
export function withFollow(person: AnyPerson, following: boolean): AnyPerson {
  if (person.viewer === undefined || person.viewer?.following === following) return person
  const followers = Math.max(0, (person.counts?.followers ?? 0) + (following ? 1 : -1))
  return {
    ...person,
    viewer: { followedBy: false, muted: false, ...person.viewer, following },
    ...(person.counts ? { counts: { ...person.counts, followers } } : {}),
  }
}
