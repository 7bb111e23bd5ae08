import { below, createRandom, logNormal, type Random, shuffled } from './random.ts'

/** Who follows whom: those whom person p follows are `followees[offsets[p]]` up to `followees[offsets[p + 1]]`. */
export interface Graph {
  people: number
  offsets: Uint32Array
  followees: Uint32Array
}

export interface GraphOptions {
  people: number
  /** How many a person follows in the mean. */
  follows: number
  /** The share of people with k followers falls as k^−exponent; more than 2. */
  exponent: number
  /** The share of follows that close a triangle: of whom somebody follows that I follow. */
  clustering: number
  seed: number
}

/** How unlike people are in how many they follow. */
const spread = 0.6

/**
 * A graph of follows. First everybody follows people drawn by fame, which falls with rank as a power (Chung and Lu); then
 * triangles are closed, which draws the famous by the same law, so the number of followers keeps its exponent.
 */
export function generateGraph({ people, follows, exponent, clustering, seed }: GraphOptions): Graph {
  if (exponent <= 2) throw new RangeError('The exponent of the power law has to be more than 2.')
  const random = createRandom(seed)
  const byFame = shuffled(random, people)
  // Fame falls as rank^−1/(exponent − 1); this draws a rank by it, from the inverse of its integral.
  const power = (exponent - 1) / (exponent - 2)
  function famous(): number {
    return byFame[Math.floor(people * random() ** power)]!
  }

  const lists: Uint32Array[] = []
  const degrees = Array.from({ length: people }, () =>
    Math.min(people - 1, Math.max(1, Math.round(logNormal(random, follows, spread)))),
  )
  for (let person = 0; person < people; person++) {
    const wanted = Math.max(1, Math.round(degrees[person]! * (1 - clustering)))
    lists.push(pick(random, people, new Set(), wanted, person, famous))
  }
  const closed = lists.map((first, person) => {
    function ofThoseIFollow(): number {
      const theirs = lists[first[below(random, first.length)]!]!
      return theirs[below(random, theirs.length)]!
    }
    return pick(random, people, new Set(first), degrees[person]!, person, ofThoseIFollow)
  })
  return toGraph(closed)
}

/** Draws until there are as many as wanted; where the same ones come again and again, anybody is taken. */
function pick(
  random: Random,
  people: number,
  chosen: Set<number>,
  wanted: number,
  self: number,
  draw: () => number,
): Uint32Array {
  for (let inVain = 0; chosen.size < wanted;) {
    const followee = inVain < 50 ? draw() : below(random, people)
    if (followee === self || chosen.has(followee)) inVain++
    else {
      chosen.add(followee)
      inVain = 0
    }
  }
  return Uint32Array.from(chosen)
}

/** @param lists whom each person follows */
export function toGraph(lists: readonly ArrayLike<number>[]): Graph {
  const offsets = new Uint32Array(lists.length + 1)
  for (const [person, list] of lists.entries()) offsets[person + 1] = offsets[person]! + list.length
  const followees = new Uint32Array(offsets[lists.length]!)
  for (const [person, list] of lists.entries()) followees.set(list, offsets[person])
  return { people: lists.length, offsets, followees }
}

export function followeesOf({ offsets, followees }: Graph, person: number): Uint32Array {
  return followees.subarray(offsets[person], offsets[person + 1])
}

/** The same edges from the other end: its "followees" are followers. */
export function reversed({ people, offsets, followees }: Graph): Graph {
  const starts = new Uint32Array(people + 1)
  for (const followee of followees) starts[followee + 1]!++
  for (let person = 0; person < people; person++) starts[person + 1]! += starts[person]!
  const next = starts.slice()
  const followers = new Uint32Array(followees.length)
  for (let person = 0; person < people; person++) {
    for (let edge = offsets[person]!; edge < offsets[person + 1]!; edge++) {
      followers[next[followees[edge]!]!++] = person
    }
  }
  return { people, offsets: starts, followees: followers }
}
