import { expect, test } from 'vitest'
import { countsFor } from './posts.ts'
import {
  AccountState,
  Audience,
  commentSides,
  commentStates,
  dependsOnFollow,
  maySeeComment,
  maySeeFollows,
  maySeeLikes,
  maySeePerson,
  maySeePost,
  maySpeak,
  sideOf,
  Speakers,
  standingOf,
  standings,
} from './visibility.ts'

// The whole table, written down a second time: what changes a row on purpose changes it in both.
const table = `
  open    public        author close_friend follower stranger nobody
  open    followers     author close_friend follower
  open    close_friends author close_friend
  open    only_me       author
  private public        author close_friend follower
  private followers     author close_friend follower
  private close_friends author close_friend
  private only_me       author
  closed  public        author
  closed  followers     author
  closed  close_friends author
  closed  only_me       author`

const rows = new Map(
  table
    .trim()
    .split('\n')
    .map((line): [string, string[]] => {
      const [account, audience, ...seen] = line.trim().split(/\s+/)
      return [`${account} ${audience}`, seen]
    }),
)

test.each(AccountState.options.flatMap((account) => Audience.options.map((audience) => [account, audience] as const)))(
  'a post of an account that is %s, for %s, is seen by those of the table alone',
  (account, audience) => {
    const seen = standings.filter((standing) => maySeePost(standing, account, audience))
    expect(seen.toSorted()).toEqual(rows.get(`${account} ${audience}`)?.toSorted())
    expect(dependsOnFollow(account, audience)).toBe(seen.includes('follower') && !seen.includes('stranger'))
  },
)

test('a person is seen by all but those of a block, and a closed account by itself alone', () => {
  function whoSees(account: AccountState) {
    return standings.filter((standing) => maySeePerson(standing, account))
  }
  expect(whoSees('open')).toEqual(['author', 'close_friend', 'follower', 'stranger', 'nobody'])
  expect(whoSees('private')).toEqual(whoSees('open'))
  expect(whoSees('closed')).toEqual(['author'])
  expect(maySeeFollows('stranger', 'private')).toBe(false)
  expect(maySeeFollows('follower', 'private')).toBe(true)
})

test('a block is stronger than a follow and than closeness, and what is not known counts as not so', () => {
  const all = { isBlocked: true, isCloseFriend: true, follows: true }
  expect(standingOf('a', 'a', all)).toBe('author')
  for (const isCloseFriend of [true, false]) {
    for (const follows of [true, false, undefined]) {
      expect(standingOf('a', 'b', { isBlocked: true, isCloseFriend, follows })).toBe('blocked')
    }
  }
  expect(standingOf('a', 'b', { ...all, isBlocked: false })).toBe('close_friend')
  expect(standingOf('a', 'b', { isBlocked: false, isCloseFriend: false, follows: true })).toBe('follower')
  expect(standingOf('a', 'b', { isBlocked: false, isCloseFriend: false, follows: undefined })).toBe('stranger')
  expect(standingOf('a', 'b', undefined)).toBe('stranger')
  expect(standingOf(null, 'b', all)).toBe('nobody')
})

test('where its author has hidden the likes of a post, nobody else learns how many there are', () => {
  const viewers = ['a', 'x', null]
  function whoSees(likesHidden: boolean) {
    return viewers.filter((viewerId) => maySeeLikes(viewerId, { authorId: 'a', likesHidden }))
  }
  expect([whoSees(false), whoSees(true)]).toEqual([viewers, ['a']])
  const counts = { likes: 4, comments: 2 }
  const shown = viewers.map((viewerId) => countsFor(viewerId, { authorId: 'a', likesHidden: true }, counts))
  expect(shown).toEqual([counts, { likes: null, comments: 2 }, { likes: null, comments: 2 }])
})

test('a comment that is held is there for who wrote it and whose post it is below, and one that is not judged for who wrote it', () => {
  const seen = commentStates.map((state) => [state, commentSides.filter((side) => maySeeComment(side, state))])
  expect(seen).toEqual([
    ['shown', ['writer', 'author', 'other']],
    ['held', ['writer', 'author']],
    ['unjudged', ['writer']],
  ])
  const comment = { writerId: 'w', authorId: 'a' }
  expect(['w', 'a', 'x', null].map((id) => sideOf(id, comment))).toEqual(['writer', 'author', 'other', 'other'])
  // On one's own post.
  expect(sideOf('a', { writerId: 'a', authorId: 'a' })).toBe('writer')
})

test('who may speak to somebody is decided by who follows whom', () => {
  const all = [false, true].flatMap((follows) => [false, true].map((isFollowed) => ({ follows, isFollowed })))
  const table = Speakers.options.map((speakers) => [speakers, all.map((ties) => maySpeak(speakers, ties))])
  expect(table).toEqual([
    ['everybody', [true, true, true, true]],
    ['followers', [false, false, true, true]],
    ['followed', [false, true, false, true]],
    ['nobody', [false, false, false, false]],
  ])
})
