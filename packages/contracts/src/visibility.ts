import { z } from '@hono/zod-openapi'

// Who may see what, decided here and nowhere else: by how the viewer stands to the author, by what the author's account is, and by whom the
// post is for. Services bring the three together (packages/copies) and ask.

/** Whom a post is for. */
export const Audience = z.enum(['public', 'followers', 'close_friends', 'only_me']).openapi('Audience', {
  description:
    'Whom a post is for: everybody (of a private account: its followers), followers, close friends, or its author alone. Its author sees it always.',
})
export type Audience = z.infer<typeof Audience>

/** What an account is towards others: closed while it is suspended, or about to be deleted. */
export const AccountState = z.enum(['open', 'private', 'closed'])
export type AccountState = z.infer<typeof AccountState>

/** How a viewer stands to an author; the first that is so. */
export const standings = ['author', 'blocked', 'close_friend', 'follower', 'stranger', 'nobody'] as const
/** `blocked` is either of the two by the other; `nobody` is not signed in. */
export type Standing = (typeof standings)[number]

/** What is known of how a viewer stands to somebody. */
export interface Ties {
  isBlocked: boolean
  isCloseFriend: boolean
  /** undefined: it has not been asked. */
  follows: boolean | undefined
}

const author = ['author'] as const
const closeFriends = [...author, 'close_friend'] as const
const followers = [...closeFriends, 'follower'] as const
const everybody = [...followers, 'stranger', 'nobody'] as const

const seenBy: Record<AccountState, Record<Audience, readonly Standing[]>> = {
  open: { public: everybody, followers, close_friends: closeFriends, only_me: author },
  private: { public: followers, followers, close_friends: closeFriends, only_me: author },
  closed: { public: author, followers: author, close_friends: author, only_me: author },
}

/** Whether a post is seen. */
export function maySeePost(standing: Standing, account: AccountState, audience: Audience): boolean {
  return seenBy[account][audience].includes(standing)
}

/** Whether whom somebody follows, and who follows them, is seen: as a public post of theirs is. */
export function maySeeFollows(standing: Standing, account: AccountState): boolean {
  return maySeePost(standing, account, 'public')
}

/** Whether a person is seen at all: who they are, what they said and liked where others see it. */
export function maySeePerson(standing: Standing, account: AccountState): boolean {
  return standing === 'author' || (standing !== 'blocked' && account !== 'closed')
}

/** Whether a decision depends on who follows whom, which is asked only then. */
export function dependsOnFollow(account: AccountState, audience: Audience): boolean {
  return maySeePost('follower', account, audience) !== maySeePost('stranger', account, audience)
}

/** How a viewer stands to somebody. What is not known counts as not so. */
export function standingOf(viewerId: string | null, authorId: string, ties: Ties | undefined): Standing {
  if (viewerId === null) return 'nobody'
  if (viewerId === authorId) return 'author'
  if (ties?.isBlocked) return 'blocked'
  if (ties?.isCloseFriend) return 'close_friend'
  return ties?.follows ? 'follower' : 'stranger'
}

/** What decides whether somebody learns how many like a post, and who. */
export interface LikedPost {
  authorId: string
  likesHidden: boolean
}

/** Whether somebody who sees a post learns how many like it, and who: where its author has hidden that, nobody else, moderators neither. */
export function maySeeLikes(viewerId: string | null, { authorId, likesHidden }: LikedPost): boolean {
  return !likesHidden || viewerId === authorId
}

/** What the author of a post has set that keeps a comment back. */
export const HeldBy = z.enum(['restriction', 'words']).openapi('HeldBy', {
  description:
    'Why a comment waits for the author of its post, who is told so: they restrict who wrote it, or have hidden a word in it. Both see it, and nobody else.',
})
export type HeldBy = z.infer<typeof HeldBy>

/** What a comment is: shown, held for the author of its post, or not judged yet, since nobody could say what that author has set. */
export const commentStates = ['shown', 'held', 'unjudged'] as const
export type CommentState = (typeof commentStates)[number]

/** How a viewer stands to a comment; the first that is so. */
export const commentSides = ['writer', 'author', 'other'] as const
/** `author` is that of the post. */
export type CommentSide = (typeof commentSides)[number]

const commentSeenBy: Record<CommentState, readonly CommentSide[]> = {
  shown: commentSides,
  held: ['writer', 'author'],
  unjudged: ['writer'],
}

/** Whether a comment is seen by whoever sees its post and who wrote it. Who wrote it never learns of what it is. */
export function maySeeComment(side: CommentSide, state: CommentState): boolean {
  return commentSeenBy[state].includes(side)
}

/** How a viewer stands to a comment. */
export function sideOf(viewerId: string | null, comment: { writerId: string; authorId: string }): CommentSide {
  if (viewerId === null) return 'other'
  if (viewerId === comment.writerId) return 'writer'
  return viewerId === comment.authorId ? 'author' : 'other'
}

/** Whom somebody lets speak to them: comment below their posts, or mention them. */
export const Speakers = z.enum(['everybody', 'followers', 'followed', 'nobody']).openapi('Speakers', {
  description:
    'Who may speak to somebody: everybody who sees them, who follows them, whom they follow, or nobody. They themselves always.',
})
export type Speakers = z.infer<typeof Speakers>

/** Whether somebody may speak to a person, of whom they see what they speak about. @param ties of the one who speaks: `follows` the person, `isFollowed` by them */
export function maySpeak(speakers: Speakers, ties: { follows: boolean; isFollowed: boolean }): boolean {
  const may: Record<Speakers, boolean> = {
    everybody: true,
    followers: ties.follows,
    followed: ties.isFollowed,
    nobody: false,
  }
  return may[speakers]
}
