import type { AnyPerson } from '../../app/cache.ts'

/** Whether somebody shows the viewer nothing, so that where there is nothing it is for that. */
export function hidesFrom(viewerId: string | null, person: AnyPerson | undefined): boolean {
  if (!person || person.id === viewerId) return false
  return person.viewer?.blocked === true || (person.private === true && person.viewer?.following !== true)
}
