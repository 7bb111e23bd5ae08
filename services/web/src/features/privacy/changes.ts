import type { AnyPerson } from '../../app/cache.ts'

/** The person as they are when the viewer blocks them, or no longer does: what was between the two is over. The same object if nothing changes. */
export function withBlock(person: AnyPerson, blocked: boolean): AnyPerson {
  const { viewer } = person
  if (!viewer || viewer.blocked === blocked) return person
  return {
    ...person,
    viewer: { ...viewer, following: false, followedBy: false, requested: false, closeFriend: false, blocked },
  }
}

/** The person as they are when they follow the viewer no longer. */
export function withoutFollower(person: AnyPerson): AnyPerson {
  if (!person.viewer?.followedBy) return person
  return { ...person, viewer: { ...person.viewer, followedBy: false } }
}

/** The person as they are when they are a close friend of the viewer, or no longer. The same object if nothing changes. */
export function withCloseFriend(person: AnyPerson, closeFriend: boolean): AnyPerson {
  if (!person.viewer || person.viewer.closeFriend === closeFriend) return person
  return { ...person, viewer: { ...person.viewer, closeFriend } }
}

/** The person as they are when the viewer restricts them, or no longer does. The same object if nothing changes. */
export function withRestriction(person: AnyPerson, restricted: boolean): AnyPerson {
  if (!person.viewer || person.viewer.restricted === restricted) return person
  return { ...person, viewer: { ...person.viewer, restricted } }
}
