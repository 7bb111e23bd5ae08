import { beforeEach, describe, expect, test } from 'vitest'
import { differences } from './compare.ts'
import { type ExpectedView, Model, type Span, type View } from './model.ts'

let model: Model
let now: number

beforeEach(() => {
  now = 1000
  model = peopled(new Model())
})

function peopled(made: Model): Model {
  for (const who of ['ann', 'bob', 'cy', 'di', 'eve']) made.register(who)
  return made
}

/** A moment after all before it. */
function next(): Span {
  now += 10
  return { from: now, to: now + 5 }
}

function post(author: string, name: string): void {
  model.post(name, { id: String(now), author }, next())
}

function told(who: string): string[] {
  return model.view(who).notifications.map(({ kind, about }) => `${kind} ${about}`.trim())
}

function home(who: string): string[] {
  return model.view(who).home.map(({ post }) => post)
}

describe('the home feed', () => {
  test('is one’s own posts and those of whom one follows, newest first, whenever the follow was', () => {
    post('ann', 'first')
    model.follow('bob', 'ann', next())
    post('ann', 'second')
    post('bob', 'own')
    post('cy', 'other')
    expect(home('bob')).toEqual(['own', 'second', 'first'])
    model.unfollow('bob', 'ann', next())
    expect(home('bob')).toEqual(['own'])
  })

  test('has no deleted posts, and counts what stands', () => {
    model.follow('bob', 'ann', next())
    post('ann', 'kept')
    post('ann', 'gone')
    model.like('bob', 'kept', next())
    model.like('cy', 'kept', next())
    model.unlike('cy', 'kept', next())
    model.comment('cy', 'kept', 'c1', next())
    model.comment('cy', 'kept', 'c2', next())
    model.deleteComment('kept', 'c1')
    model.delete('gone')
    expect(model.view('bob').home).toEqual([{ post: 'kept', likes: 1, comments: 1, liked: true }])
    expect(model.view('ann').counts).toEqual({ posts: 1, followers: 1, following: 0 })
  })
})

test('what is settled must be in a home feed until somebody takes it out', () => {
  for (const author of ['ann', 'cy']) model.follow('bob', author, next())
  for (const author of ['ann', 'ann', 'cy']) post(author, `of ${author} ${now}`)
  expect(model.settled('bob')).toEqual([])
  model.settle()
  const [ofCy = '', newer = '', older = ''] = model.settled('bob')
  post('ann', 'later')
  expect(model.settled('bob')).toEqual([ofCy, newer, older])
  model.unsettle({ do: 'delete', who: 'ann', post: newer })
  expect(model.settled('bob')).toEqual([ofCy, older])
  model.unsettle({ do: 'unfollow', who: 'bob', whom: 'ann' })
  expect(model.settled('bob')).toEqual([ofCy])
  expect(model.settled('ann')).toEqual([older])
})

describe('notifications', () => {
  test('tell of posts to those who followed when they appeared and have ever since', () => {
    post('ann', 'before')
    model.follow('bob', 'ann', next())
    post('ann', 'between')
    model.unfollow('bob', 'ann', next())
    expect(told('bob')).toEqual([])
    model.follow('bob', 'ann', next())
    post('ann', 'after')
    expect(told('bob')).toEqual(['posted after'])
  })

  test('may tell of a post or not that raced with the follow', () => {
    model.post('raced', { id: '1', author: 'ann' }, { from: 100, to: 200 })
    model.follow('bob', 'ann', { from: 150, to: 250 })
    expect(model.view('bob').notifications).toMatchObject([{ kind: 'posted', isOptional: true }])
  })

  test.each([-3000, 3000])('may do either where clocks that differ by %i ms do not tell the order', (skewMs) => {
    model = peopled(new Model(skewMs))
    model.follow('bob', 'ann', { from: 20_000, to: 20_010 })
    for (const [name, at] of Object.entries({ before: 10_000, near: skewMs > 0 ? 22_000 : 18_000, after: 30_000 })) {
      model.post(name, { id: String(at), author: 'ann' }, { from: at, to: at + 10 })
    }
    const groups = model.view('bob').notifications
    expect(groups.map(({ about, isOptional }) => [about, isOptional])).toEqual([
      ['after', false],
      ['near', true],
    ])
  })

  test('group likes and comments by post, without one’s own, and leave with the post', () => {
    post('ann', 'liked')
    for (const who of ['ann', 'bob', 'cy']) model.like(who, 'liked', next())
    for (const who of ['ann', 'bob', 'bob']) model.comment(who, 'liked', `c${now}`, next())
    expect(model.view('ann').notifications.map(({ kind, actors }) => [kind, actors])).toEqual([
      ['liked', ['bob', 'cy']],
      ['commented', ['bob']],
    ])
    model.delete('liked')
    expect(told('ann')).toEqual([])
  })

  test('show the newest comment, or one of those that raced to be it', () => {
    post('ann', 'talked about')
    model.comment('bob', 'talked about', 'old', next())
    model.comment('bob', 'talked about', 'this', { from: 5000, to: 5100 })
    model.comment('cy', 'talked about', 'or this', { from: 5050, to: 5150 })
    expect(model.view('ann').notifications).toMatchObject([{ comments: ['this', 'or this'] }])
  })

  test('are read until something newer is in them', () => {
    post('ann', 'liked')
    model.like('bob', 'liked', next())
    model.read('ann', next().from)
    expect(model.view('ann').notifications).toMatchObject([{ read: true }])
    model.unlike('bob', 'liked', next())
    model.like('bob', 'liked', next())
    expect(model.view('ann').notifications).toMatchObject([{ read: false }])
  })

  test('are not news where nothing changes: liking what one likes', () => {
    post('ann', 'liked')
    model.like('bob', 'liked', next())
    model.read('ann', next().from)
    model.like('bob', 'liked', next())
    expect(model.view('ann').notifications).toMatchObject([{ read: true }])
  })
})

describe('a comparison', () => {
  let expected: ExpectedView
  let seen: View

  beforeEach(() => {
    model.follow('bob', 'ann', next())
    for (const who of ['bob', 'cy', 'di', 'eve']) model.follow(who, 'eve' === who ? 'ann' : 'eve', next())
    post('ann', 'one')
    post('ann', 'two')
    for (const who of ['bob', 'cy', 'di', 'eve']) model.like(who, 'one', next())
    expected = model.view('ann')
    const { notifications, ...rest } = expected
    seen = {
      ...structuredClone(rest),
      unread: notifications.length,
      notifications: notifications.map(({ kind, about, actors, read }) => ({
        ...{ kind, about, read, comment: null },
        actorCount: actors.length,
        actors: actors.slice(-3).toReversed(),
      })),
    }
  })

  test('finds nothing where all is right', () => {
    expect(differences(expected, seen)).toEqual([])
  })

  const faults: Record<string, (view: View) => void> = {
    'a missing post': ({ home }) => home.pop(),
    'a post that is there twice': ({ home }) => home.push(home[0]!),
    'posts in another order': (view) => (view.home = view.home.toReversed()),
    'a count of likes': ({ home }) => home.forEach((entry) => (entry.likes += 1)),
    'a count of followers': ({ counts }) => (counts.followers -= 1),
    'a follower who is not one': ({ followers }) => followers.push('di'),
    'a missing notification': ({ notifications }) => notifications.pop(),
    'a notification too much': ({ notifications }) => notifications.push({ ...notifications[0]!, about: 'two' }),
    'a notification that is there twice': ({ notifications }) => notifications.push(notifications[0]!),
    'a count of actors': ({ notifications }) => notifications.forEach((group) => (group.actorCount += 1)),
    'a stranger among the actors': ({ notifications }) => notifications.forEach(({ actors }) => (actors[0] = 'zoe')),
    'an actor too few': ({ notifications }) => notifications.forEach(({ actors }) => actors.pop()),
    'one that is read': ({ notifications }) => notifications.forEach((group) => (group.read = true)),
    'the number of unread ones': (view) => (view.unread += 1),
  }

  test.each(Object.entries(faults))('finds %s', (_name, spoil) => {
    spoil(seen)
    expect(differences(expected, seen).length).toBeGreaterThan(0)
  })

  test('takes what is optional with or without it', () => {
    const [first] = expected.notifications
    first!.isOptional = true
    expect(differences(expected, seen)).toEqual([])
    seen.notifications.shift()
    seen.unread -= 1
    expect(differences(expected, seen)).toEqual([])
  })
})
