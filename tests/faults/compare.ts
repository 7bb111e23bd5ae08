import { isDeepStrictEqual } from 'node:util'
import type { ExpectedView, Group, View } from './model.ts'

const shownActors = 3

/** Every way in which what somebody sees is not what they must see; none if it is right. */
export function differences(expected: ExpectedView, seen: View): string[] {
  const found: string[] = []
  for (const facet of ['home', 'own', 'counts', 'followers', 'following'] as const) {
    if (isDeepStrictEqual(seen[facet], expected[facet])) continue
    found.push(`${facet}: ${short(seen[facet])}, must be ${short(expected[facet])}`)
  }
  return [...found, ...ofNotifications(expected.notifications, seen)]
}

function ofNotifications(expected: ExpectedView['notifications'], { notifications, unread }: View): string[] {
  const found: string[] = []
  const left = new Map(notifications.map((group) => [nameOf(group), group]))
  if (left.size < notifications.length) found.push(`notifications: some are there twice: ${short(notifications)}`)
  for (const wanted of expected) {
    const group = left.get(nameOf(wanted))
    left.delete(nameOf(wanted))
    if (!group) {
      if (!wanted.isOptional) found.push(`notifications: ${nameOf(wanted)} by ${wanted.actors.join(', ')} is missing`)
      continue
    }
    if (!isRight(wanted, group)) found.push(`notifications: ${short(group)}, must be ${short(wanted)}`)
  }
  for (const group of left.values()) found.push(`notifications: ${short(group)}, must not be there`)
  const counted = notifications.filter(({ read }) => !read).length
  if (unread !== counted) found.push(`unread: ${unread}, must be ${counted}`)
  return found
}

function isRight(wanted: ExpectedView['notifications'][number], group: Group): boolean {
  return (
    group.actorCount === wanted.actors.length &&
    group.actors.length === Math.min(shownActors, wanted.actors.length) &&
    new Set(group.actors).size === group.actors.length &&
    group.actors.every((actor) => wanted.actors.includes(actor)) &&
    (wanted.comments.length === 0 ? group.comment === null : wanted.comments.includes(group.comment ?? '')) &&
    group.read === wanted.read
  )
}

function nameOf({ kind, about }: { kind: string; about: string }): string {
  return about === '' ? kind : `${kind} ${about}`
}

function short(value: unknown): string {
  return JSON.stringify(value).replaceAll('"', '')
}
