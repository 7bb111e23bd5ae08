import type { Avatar, Person, PersonInList, PersonShort, Relation } from '@daguerre/contracts'

/** A profile as its table has it. */
export interface Profile {
  id: string
  username: string
  display_name: string
  bio: string
  website: string | null
  avatar: Avatar | null
  version: number
}

/** How a viewer and a person stand to each other. */
export interface RelationRow {
  following: boolean
  followed_by: boolean
  muted: boolean
}

export interface PersonCounts {
  posts: number
  followers: number
  following: number
}

export const profileColumns = 'p.id, p.username, p.display_name, p.bio, p.website, p.avatar, p.version'

export function toPersonShort(profile: Pick<Profile, 'id' | 'username' | 'display_name' | 'avatar'>): PersonShort {
  return {
    id: profile.id,
    username: profile.username,
    displayName: profile.display_name,
    avatar: profile.avatar,
  }
}

/** A relation as viewers see it: null for nobody, and towards oneself. */
function toRelation(row: RelationRow, personId: string, viewerId: string | null): Relation | null {
  if (viewerId === null || viewerId === personId) return null
  return { following: row.following, followedBy: row.followed_by, muted: row.muted }
}

export function toPersonInList(row: Profile & RelationRow, viewerId: string | null): PersonInList {
  return { ...toPersonShort(row), viewer: toRelation(row, row.id, viewerId) }
}

export function toPerson(row: Profile & RelationRow, counts: PersonCounts, viewerId: string | null): Person {
  return { ...toPersonInList(row, viewerId), bio: row.bio, website: row.website, counts }
}
