import { type Random, randomOf } from './random.ts'

/** What people do, by names of the sequence's own: `p0`, `p0.post1`, `p2.comment1`. */
export type Operation =
  | { do: 'register' | 'look'; who: string }
  | { do: 'follow' | 'unfollow'; who: string; whom: string }
  | { do: 'post' | 'delete' | 'like' | 'unlike'; who: string; post: string }
  | { do: 'comment' | 'delete-comment'; who: string; post: string; comment: string }

/** What is done to the system, all of it that every sequence shares. */
export type Fault =
  | { fault: 'kill' | 'restart'; of: string }
  /** Its data go: by FLUSHALL, or with the server, in whose place comes an empty one. */
  | { fault: 'flush' | 'replace'; of: string }
  /** From here to the next rest events are delivered twice, or late and in another order. */
  | { fault: 'double' | 'disorder' }

/** One person's operations in their order; the strands of a step run side by side. */
export type Strand = Operation[]

export type Step = { strands: Strand[]; faults: Fault[] }

export interface Sequence {
  seed: number
  /** Runs of steps; at the end of each everything comes to rest and is compared. */
  rounds: Step[][]
  clocks: Clocks
}

/** By how much each service's clock is wrong, in ms. */
export type Clocks = Record<string, number>

export const services = ['gateway', 'auth', 'user', 'post', 'media', 'interaction', 'feed', 'notification']
const sidecars = services.filter((name) => name !== 'gateway').map((name) => `${name}-sidecar`)

const faults: { weight: number; make: (random: Random) => Fault }[] = [
  { weight: 4, make: (random) => ({ fault: random.pick(['kill', 'restart']), of: random.pick(services) }) },
  { weight: 2, make: (random) => ({ fault: random.pick(['kill', 'restart']), of: random.pick(sidecars) }) },
  { weight: 1, make: (random) => ({ fault: random.pick(['kill', 'restart']), of: 'redis-broker' }) },
  { weight: 1, make: (random) => ({ fault: random.pick(['kill', 'restart']), of: 'redis' }) },
  { weight: 2, make: (random) => ({ fault: random.pick(['flush', 'replace']), of: 'redis' }) },
  { weight: 1, make: (random) => ({ fault: random.pick(['kill', 'restart', 'flush', 'replace']), of: 'redis-cache' }) },
  { weight: 5, make: (random) => ({ fault: random.pick(['double', 'disorder']) }) },
  { weight: 1, make: (random) => ({ fault: random.pick(['flush', 'replace']), of: 'redis-broker' }) },
]

const roundsOfSequence = 3
const longestSkewMs = 5000

/** How many seeds in a row have the same clocks, and can therefore run side by side in one system. */
export const seedsTogether = 4

export function groupOf(seed: number): number {
  return Math.floor((seed - 1) / seedsTogether)
}

/** Two groups in three have clocks that are wrong, by up to 5 s either way. */
export function clocksOf(group: number): Clocks {
  const random = randomOf(group ^ 0x5bd1e995)
  const isWrong = group % 3 !== 0
  return Object.fromEntries(services.map((name) => [name, isWrong ? random.between(-longestSkewMs, longestSkewMs) : 0]))
}

/** What the sequence knows of who is there, so that what it chooses makes sense. */
interface Stage {
  people: string[]
  follows: Set<string>
  posts: Map<string, { author: string; likes: Set<string>; comments: Map<string, string> }>
  made: Map<string, number>
}

interface Kind {
  weight: number
  /** Undefined where there is nothing to do it with. */
  make: (stage: Stage, random: Random, who: string) => Operation[] | undefined
}

/** What one person may do next. Blocking people comes in here, beside following, when there is blocking. */
const kinds: Kind[] = [
  { weight: 14, make: (stage, random, who) => repeated(random.between(1, 3), () => newPost(stage, who)) },
  { weight: 5, make: (stage, random, who) => follow(stage, random, who) },
  { weight: 3, make: (stage, random, who) => unfollow(stage, random, who) },
  {
    weight: 3,
    make(stage, random, who) {
      const away = unfollow(stage, random, who)?.[0]
      return away && [away, { ...away, do: 'follow' } as Operation, ...(random.chance(0.5) ? [away] : [])]
    },
  },
  {
    weight: 4,
    make(stage, random, who) {
      const own = [...stage.posts].filter(([, { author }]) => author === who).map(([post]) => post)
      return own.length > 0 ? [{ do: 'delete', who, post: random.pick(own) }] : undefined
    },
  },
  {
    weight: 10,
    make(stage, random, who) {
      const post = anyPost(stage, random)
      return post === undefined ? undefined : [{ do: 'like', who, post }]
    },
  },
  {
    weight: 4,
    make(stage, random, who) {
      const liked = [...stage.posts].filter(([, { likes }]) => likes.has(who)).map(([post]) => post)
      if (liked.length === 0) return undefined
      const post = random.pick(liked)
      return [{ do: 'unlike', who, post }, ...(random.chance(0.3) ? [{ do: 'like' as const, who, post }] : [])]
    },
  },
  {
    weight: 7,
    make(stage, random, who) {
      const post = anyPost(stage, random)
      return post === undefined ? undefined : [{ do: 'comment', who, post, comment: nameOf(stage, who, 'comment') }]
    },
  },
  {
    weight: 3,
    make(stage, random, who) {
      const own = [...stage.posts].flatMap(([post, { comments }]) =>
        [...comments].filter(([, author]) => author === who).map(([comment]) => ({ post, comment })),
      )
      return own.length > 0 ? [{ do: 'delete-comment', who, ...random.pick(own) }] : undefined
    },
  },
  { weight: 6, make: (_stage, _random, who) => [lookOf(who)] },
]

/**
 * What happens under a seed: steps of one to four people acting side by side, each doing something that the steps before
 * have made possible, with faults among them.
 */
export function sequenceOf(seed: number, operations: number): Sequence {
  const random = randomOf(seed)
  const stage: Stage = { people: [], follows: new Set(), posts: new Map(), made: new Map() }
  const clocks = clocksOf(groupOf(seed))
  const first = Array.from({ length: 3 }, () => [newPerson(stage)])
  for (const operation of first.flat()) apply(stage, operation)
  const steps: Step[] = [{ strands: first, faults: [] }]
  let count = 0
  while (count < operations) {
    const step = nextStep(stage, random)
    steps.push(step)
    // All timelines are made anew, for everybody at once.
    if (step.faults.some(losesTimelines)) steps.push({ strands: stage.people.map((who) => [lookOf(who)]), faults: [] })
    count = steps.flatMap(({ strands }) => strands.flat()).length
  }
  // On the way everything is compared and read, so that what comes afterwards is news.
  const length = Math.ceil(steps.length / roundsOfSequence)
  const starts = Array.from({ length: roundsOfSequence }, (_, round) => round * length)
  return { seed, rounds: starts.map((start) => steps.slice(start, start + length)), clocks }
}

function losesTimelines(fault: Fault): boolean {
  return (fault.fault === 'flush' || fault.fault === 'replace') && fault.of === 'redis'
}

function lookOf(who: string): Operation {
  return { do: 'look', who }
}

function nextStep(stage: Stage, random: Random): Step {
  const people = [...stage.people]
  const acting = new Set(Array.from({ length: random.between(1, 4) }, () => random.pick(people)))
  const strands: Strand[] = [...acting].map((who) => strandOf(stage, random, who))
  if (people.length < 7 && random.chance(0.12)) strands.push([newPerson(stage)])
  // Nobody refers to what others do in the same step, so all of it is known only afterwards.
  for (const operation of strands.flat()) apply(stage, operation)
  return { strands, faults: random.chance(0.18) ? [nextFault(random)] : [] }
}

function strandOf(stage: Stage, random: Random, who: string): Strand {
  for (;;) {
    const made = weighted(random, kinds).make(stage, random, who)
    if (made) return made
  }
}

function nextFault(random: Random): Fault {
  return weighted(random, faults).make(random)
}

function weighted<Choice extends { weight: number }>(random: Random, choices: readonly Choice[]): Choice {
  let left = random.next() * choices.reduce((sum, { weight }) => sum + weight, 0)
  for (const choice of choices) {
    left -= choice.weight
    if (left < 0) return choice
  }
  return choices[0]!
}

function apply(stage: Stage, operation: Operation): void {
  const { who } = operation
  switch (operation.do) {
    case 'register':
      stage.people.push(who)
      break
    case 'follow':
      stage.follows.add(`${who} ${operation.whom}`)
      break
    case 'unfollow':
      stage.follows.delete(`${who} ${operation.whom}`)
      break
    case 'post':
      stage.posts.set(operation.post, { author: who, likes: new Set(), comments: new Map() })
      break
    case 'delete':
      stage.posts.delete(operation.post)
      break
    case 'like':
      stage.posts.get(operation.post)?.likes.add(who)
      break
    case 'unlike':
      stage.posts.get(operation.post)?.likes.delete(who)
      break
    case 'comment':
      stage.posts.get(operation.post)?.comments.set(operation.comment, who)
      break
    case 'delete-comment':
      stage.posts.get(operation.post)?.comments.delete(operation.comment)
      break
    case 'look':
      break
  }
}

function newPerson(stage: Stage): Operation {
  return { do: 'register', who: nameOf(stage, '', 'p') }
}

function newPost(stage: Stage, who: string): Operation {
  return { do: 'post', who, post: nameOf(stage, who, 'post') }
}

function follow(stage: Stage, random: Random, who: string): Strand | undefined {
  const others = stage.people.filter((whom) => whom !== who && !stage.follows.has(`${who} ${whom}`))
  return others.length > 0 ? [{ do: 'follow', who, whom: random.pick(others) }] : undefined
}

function unfollow(stage: Stage, random: Random, who: string): Strand | undefined {
  const followed = stage.people.filter((whom) => stage.follows.has(`${who} ${whom}`))
  return followed.length > 0 ? [{ do: 'unfollow', who, whom: random.pick(followed) }] : undefined
}

function anyPost(stage: Stage, random: Random): string | undefined {
  const posts = [...stage.posts.keys()]
  return posts.length > 0 ? random.pick(posts) : undefined
}

function nameOf(stage: Stage, of: string, what: string): string {
  const key = of === '' ? what : `${of}.${what}`
  const number = stage.made.get(key) ?? 0
  stage.made.set(key, number + 1)
  return `${key}${number}`
}

function repeated<Item>(count: number, make: () => Item): Item[] {
  return Array.from({ length: count }, make)
}

/** The first steps of a sequence, in the rounds in which they were. */
export function prefixOf(sequence: Sequence, steps: number): Sequence {
  let left = steps
  const rounds = sequence.rounds.map((round) => {
    const part = round.slice(0, left)
    left -= part.length
    return part
  })
  return { ...sequence, rounds: rounds.filter((round) => round.length > 0) }
}

/** A step in one line. */
export function describeStep({ strands, faults }: Step): string {
  const acts = strands.map((strand) => strand.map(describeOperation).join(', '))
  const hits = faults.map((fault) => `!${fault.fault}${'of' in fault ? ` ${fault.of}` : ''}`)
  return [...acts, ...hits].join(' ‖ ')
}

function describeOperation(operation: Operation): string {
  const { do: verb, who } = operation
  if ('whom' in operation) return `${who} ${verb} ${operation.whom}`
  if ('comment' in operation) return `${who} ${verb} ${operation.comment} on ${operation.post}`
  return 'post' in operation ? `${who} ${verb} ${operation.post}` : `${who} ${verb}`
}
