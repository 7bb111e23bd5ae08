import {
  type AccountState,
  type Avatar,
  maySeePerson,
  type Person,
  type PersonInList,
  type PersonShort,
  type Relation,
  type Speakers,
  type Standing,
  standingOf,
} from '@daguerre/contracts'

/** A profile as its table has it. */
export interface Profile {
  id: string
  username: string
  display_name: string
  bio: string
  website: string | null
  avatar: Avatar | null
  version: number
  private: boolean
  /** Why nobody sees it for now; mostly nothing. */
  closed_by: string[]
  comments_by: Speakers
  mentions_by: Speakers
}

/** How a viewer and a person stand to each other. */
export interface RelationRow {
  following: boolean
  followed_by: boolean
  requested: boolean
  muted: boolean
  restricted: boolean
  /** Of the viewer. */
  close_friend: boolean
  /** By the viewer. */
  blocked: boolean
  /** By the other one, who is not there for the viewer then. */
  blocked_by: boolean
  /** The viewer is a close friend of theirs, and is not told. */
  close_friend_of: boolean
}

export interface PersonCounts {
  posts: number
  followers: number
  following: number
}

export const profileColumns =
  'p.id, p.username, p.display_name, p.bio, p.website, p.avatar, p.version, p.private, p.closed_by, p.comments_by, p.mentions_by'

/** What an account is towards others. */
export function accountOf(profile: Pick<Profile, 'private' | 'closed_by'>): AccountState {
  return profile.closed_by.length > 0 ? 'closed' : profile.private ? 'private' : 'open'
}

export function toPersonShort(profile: Pick<Profile, 'id' | 'username' | 'display_name' | 'avatar'>): PersonShort {
  return {
    id: profile.id,
    username: profile.username,
    displayName: profile.display_name,
    avatar: profile.avatar,
  }
}

/** A relation as viewers see it. */
export function toRelation(row: Omit<RelationRow, 'blocked_by' | 'close_friend_of'>): Relation {
  const { following, followed_by: followedBy, requested, muted, restricted, close_friend: closeFriend, blocked } = row
  return { following, followedBy, requested, muted, restricted, closeFriend, blocked }
}

/** A relation as viewers see it: null for nobody, and towards oneself. */
function relationTo(row: RelationRow, personId: string, viewerId: string | null): Relation | null {
  if (viewerId === null || viewerId === personId) return null
  return toRelation(row)
}

export function toPersonInList(row: Profile & RelationRow, viewerId: string | null): PersonInList {
  return { ...toPersonShort(row), viewer: relationTo(row, row.id, viewerId) }
}

export function toPerson(row: Profile & RelationRow, counts: PersonCounts, viewerId: string | null): Person {
  const speech = { commentsBy: row.comments_by, mentionsBy: row.mentions_by }
  return {
    ...toPersonInList(row, viewerId),
    ...{ bio: row.bio, website: row.website, private: row.private, counts },
    ...(row.id === viewerId && { speech }),
  }
}

/** How a viewer stands to this person, for the rules of `visibility`. */
export function standingTo(row: { id: string } & RelationRow, viewerId: string | null): Standing {
  return standingOf(viewerId, row.id, {
    isBlocked: row.blocked || row.blocked_by,
    isCloseFriend: row.close_friend_of,
    follows: row.following,
  })
}

/** Whether the viewer sees this person in lists. */
export function isSeen(row: Profile & RelationRow, viewerId: string | null): boolean {
  return maySeePerson(standingTo(row, viewerId), accountOf(row))
}

/** Whether the viewer finds this person when they name them: whom they block they do, to end it. */
export function isFound(row: Profile & RelationRow, viewerId: string | null): boolean {
  return isSeen({ ...row, blocked: false }, viewerId)
}
