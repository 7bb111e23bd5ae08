import type { AnyPerson } from '../../app/cache.ts'
import { storage } from '../../app/storage.ts'

/** What somebody went to from a search: a person, or a hashtag. */
export type Recent =
  | { kind: 'person'; person: Pick<AnyPerson, 'id' | 'username' | 'displayName' | 'avatar'> }
  | { kind: 'tag'; tag: string }

const most = 12

export function nameOf(recent: Recent): string {
  return recent.kind === 'person' ? `person ${recent.person.id}` : `tag ${recent.tag}`
}

/** The list with what was just gone to first, each once. */
export function withRecent(list: readonly Recent[], recent: Recent): Recent[] {
  return [recent, ...withoutRecent(list, recent)].slice(0, most)
}

export function withoutRecent(list: readonly Recent[], recent: Recent): Recent[] {
  return list.filter((other) => nameOf(other) !== nameOf(recent))
}

/** Recent searches stay in this browser, for each who uses it. */
export function recentOf(viewerId: string | null): { read: () => Recent[]; write: (list: readonly Recent[]) => void } {
  const key = `daguerre.searches.${viewerId ?? ''}`
  return {
    read() {
      const list = storage.read<unknown>(key)
      return Array.isArray(list) ? list.filter(isRecent) : []
    },
    write: (list) => storage.write(key, list.length === 0 ? null : list),
  }
}

function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false
  const { kind, tag, person } = value as { kind?: unknown; tag?: unknown; person?: { username?: unknown } | null }
  return kind === 'tag' ? typeof tag === 'string' : kind === 'person' && typeof person?.username === 'string'
}
