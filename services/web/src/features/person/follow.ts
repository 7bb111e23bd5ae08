import type { AnyPerson } from '../../app/cache.ts'

/** That of people between whom there is nothing. */
export const noRelation: NonNullable<AnyPerson['viewer']> = {
  ...{ following: false, followedBy: false, requested: false },
  ...{ muted: false, restricted: false, closeFriend: false, blocked: false },
}

/** The person as they are when the viewer follows them, or asks to, or no longer does. The same object if nothing changes. */
export function withFollow(person: AnyPerson, following: boolean): AnyPerson {
  const { viewer } = person
  if (viewer === undefined || (viewer?.following || viewer?.requested || false) === following) return person
  const isAsked = following && person.private === true
  const change = isAsked || viewer?.requested ? 0 : following ? 1 : -1
  const followers = Math.max(0, (person.counts?.followers ?? 0) + change)
  return {
    ...person,
    viewer: {
      ...noRelation,
      ...viewer,
      following: following && !isAsked,
      requested: isAsked,
    },
    ...(person.counts ? { counts: { ...person.counts, followers } } : {}),
  }
}
