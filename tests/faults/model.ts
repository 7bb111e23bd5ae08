import type { Operation } from './sequence.ts'

/** When something happened as seen from outside: at some moment between the two, in ms since 1970. */
export interface Span {
  from: number
  to: number
}

export interface Group {
  kind: string
  /** The post it is about; nothing for new followers. */
  about: string
  actorCount: number
  /** The newest of them, three at most. */
  actors: string[]
  comment: string | null
  read: boolean
}

/** What one person sees, in names of the sequence. */
export interface View {
  home: HomeEntry[]
  own: string[]
  counts: { posts: number; followers: number; following: number }
  followers: string[]
  following: string[]
  notifications: Group[]
  unread: number
}

export interface HomeEntry {
  post: string
  likes: number
  comments: number
  liked: boolean
}

/** What one person must see. Where the order of two acts is not known from outside, what may be seen. */
export interface ExpectedView extends Omit<View, 'notifications' | 'unread'> {
  notifications: ExpectedGroup[]
}

interface ExpectedGroup {
  kind: string
  about: string
  /** All of them. */
  actors: string[]
  /** One of these is shown; none where there is none. */
  comments: string[]
  read: boolean
  /** Both with it and without it are right. */
  isOptional: boolean
}

interface Edge {
  isActive: boolean
  changed: Span
}

interface ModelPost {
  /** As the service gave it: posts are in the order of their ids. */
  id: string
  author: string
  published: Span
  isDeleted: boolean
  likes: Map<string, Edge>
  comments: Map<string, { author: string; made: Span; isDeleted: boolean }>
}

const atFirst: Span = { from: 0, to: 0 }

/** What people have done, and what each of them must therefore see once everything has arrived. */
export class Model {
  #people = new Set<string>()
  #follows = new Map<string, Map<string, Edge>>()
  #posts = new Map<string, ModelPost>()
  #readAt = new Map<string, number>()
  #settled = new Map<string, Set<string>>()
  #followClockMs: number

  /** @param followClockMs how far the clock that dates follows is ahead of the one that dates publications */
  constructor(followClockMs = 0) {
    this.#followClockMs = followClockMs
  }

  get people(): string[] {
    return [...this.#people]
  }

  register(who: string): void {
    this.#people.add(who)
    this.#follows.set(who, new Map())
  }

  follow(who: string, whom: string, changed: Span): void {
    set(this.#followsOf(who), whom, true, changed)
  }

  unfollow(who: string, whom: string, changed: Span): void {
    set(this.#followsOf(who), whom, false, changed)
  }

  post(post: string, made: { id: string; author: string }, published: Span): void {
    this.#posts.set(post, { ...made, published, isDeleted: false, likes: new Map(), comments: new Map() })
  }

  delete(post: string): void {
    this.#post(post).isDeleted = true
  }

  isDeleted(post: string): boolean {
    return this.#post(post).isDeleted
  }

  like(who: string, post: string, changed: Span): void {
    set(this.#post(post).likes, who, true, changed)
  }

  unlike(who: string, post: string, changed: Span): void {
    set(this.#post(post).likes, who, false, changed)
  }

  comment(who: string, post: string, comment: string, made: Span): void {
    this.#post(post).comments.set(comment, { author: who, made, isDeleted: false })
  }

  deleteComment(post: string, comment: string): void {
    const found = this.#post(post).comments.get(comment)
    if (found) found.isDeleted = true
  }

  /** Everything is at rest: what is in the home feeds now stays there until somebody takes it out. */
  settle(): void {
    for (const who of this.people) this.#settled.set(who, new Set(this.view(who).home.map(({ post }) => post)))
  }

  /** What this operation takes out of home feeds need not be in them any more. */
  unsettle(operation: Operation): void {
    if (operation.do === 'delete') for (const posts of this.#settled.values()) posts.delete(operation.post)
    if (operation.do !== 'unfollow') return
    const posts = this.#settled.get(operation.who)
    for (const post of posts ?? []) if (this.#post(post).author === operation.whom) posts?.delete(post)
  }

  /** Posts that somebody's home feed must show at any time, whatever is happening to the system. */
  settled(who: string): string[] {
    return [...(this.#settled.get(who) ?? [])]
  }

  /** Somebody reads all notifications that they have at this moment, when everything is at rest. */
  read(who: string, at: number): void {
    this.#readAt.set(who, at)
  }

  view(who: string): ExpectedView {
    const following = this.#followed(who)
    const followers = this.people.filter((other) => this.#followed(other).includes(who))
    const own = this.#shown((author) => author === who)
    return {
      home: this.#shown((author) => author === who || following.includes(author)).map(
        ([post, { likes, comments }]) => ({
          post,
          likes: active(likes).length,
          comments: standing(comments).length,
          liked: likes.get(who)?.isActive ?? false,
        }),
      ),
      own: own.map(([post]) => post),
      counts: { posts: own.length, followers: followers.length, following: following.length },
      followers: followers.toSorted(),
      following: following.toSorted(),
      notifications: this.#notificationsOf(who),
    }
  }

  #notificationsOf(who: string): ExpectedGroup[] {
    const since = this.#readAt.get(who) ?? 0
    function isNews({ from }: Span): boolean {
      return from >= since
    }
    const follows = this.people.flatMap((other) => {
      const edge = this.#followsOf(other).get(who)
      return edge?.isActive ? [{ actor: other, at: edge.changed }] : []
    })
    const groups: ExpectedGroup[] = [
      {
        ...{ kind: 'followed', about: '', comments: [], isOptional: false },
        actors: follows.map(({ actor }) => actor),
        read: !follows.some(({ at }) => isNews(at)),
      },
    ]
    for (const [about, { likes, comments }] of this.#shown((author) => author === who)) {
      const liked = active(likes).filter(([actor]) => actor !== who)
      const commented = standing(comments).filter(([, { author }]) => author !== who)
      groups.push({
        ...{ kind: 'liked', about, comments: [], isOptional: false },
        actors: liked.map(([actor]) => actor),
        read: !liked.some(([, { changed }]) => isNews(changed)),
      })
      groups.push({
        ...{ kind: 'commented', about, isOptional: false },
        actors: [...new Set(commented.map(([, { author }]) => author))],
        comments: commented
          .filter(([, { made }]) => !commented.some(([, other]) => other.made.from > made.to))
          .map(([comment]) => comment),
        read: !commented.some(([, { made }]) => isNews(made)),
      })
    }
    for (const [about, { author, published }] of this.#shown((author) => author !== who)) {
      const told = this.#isTold(this.#followsOf(who).get(author), published)
      if (told === 'no') continue
      groups.push({
        ...{ kind: 'posted', about, actors: [author], comments: [] },
        read: !isNews(published),
        isOptional: told === 'perhaps',
      })
    }
    return groups.filter(({ actors }) => actors.length > 0)
  }

  /**
   * A post is announced to those who followed its author when it appeared and have done so ever since. Two services date
   * the two, so with wrong clocks either is right where these are closer to each other than the clocks are.
   */
  #isTold(edge: Edge | undefined, published: Span): 'yes' | 'no' | 'perhaps' {
    if (!edge?.isActive) return 'no'
    const { from, to } = edge.changed
    const skewMs = this.#followClockMs
    if (Math.max(to, to + skewMs) <= published.from) return 'yes'
    return Math.min(from, from + skewMs) > published.to ? 'no' : 'perhaps'
  }

  /** Posts that people can see of these authors, newest first. */
  #shown(isWanted: (author: string) => boolean): [string, ModelPost][] {
    return [...this.#posts]
      .filter(([, { author, isDeleted }]) => !isDeleted && isWanted(author))
      .toSorted(([, a], [, b]) => (a.id < b.id ? 1 : -1))
  }

  #followed(who: string): string[] {
    return active(this.#followsOf(who)).map(([whom]) => whom)
  }

  #followsOf(who: string): Map<string, Edge> {
    return need(this.#follows.get(who), who)
  }

  #post(post: string): ModelPost {
    return need(this.#posts.get(post), post)
  }
}

// What is so already stays as it was: nothing is announced again.
function set(edges: Map<string, Edge>, key: string, isActive: boolean, changed: Span): void {
  const { isActive: wasActive } = edges.get(key) ?? { isActive: false, changed: atFirst }
  if (wasActive !== isActive) edges.set(key, { isActive, changed })
}

function active(edges: Map<string, Edge>): [string, Edge][] {
  return [...edges].filter(([, { isActive }]) => isActive)
}

function standing(comments: ModelPost['comments']) {
  return [...comments].filter(([, { isDeleted }]) => !isDeleted)
}

function need<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`The model does not know ${name}.`)
  return value
}
