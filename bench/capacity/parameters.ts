interface Definition {
  value: number
  least: number
  most: number
  about: string
}

const many = 1e12

/** What a plan is made from besides measurements; all of it is an assumption that an operator knows better. */
export const definitions = {
  daily: { value: 0.3, least: 0.001, most: 1, about: 'share of all people who come on a day' },
  monthly: { value: 0.6, least: 0.001, most: 1, about: 'share who came in the last 30 days: they have a timeline' },
  follows: { value: 200, least: 1, most: 7500, about: 'how many people each follows in the mean' },
  exponent: { value: 2.3, least: 2.01, most: 5, about: 'of the power law of followers' },
  mostFollowed: { value: 0.3, least: 0.001, most: 1, about: 'share of all people who follow the most followed one' },
  pages: {
    ...{ value: 30, least: 0, most: many },
    about: 'pages that somebody who comes reads that day: 60 % home, 30 % profiles, 10 % posts (workload i)',
  },
  posts: { value: 0.3, least: 0, most: many, about: 'posts of somebody who comes, a day' },
  photos: { value: 1.5, least: 1, most: 10, about: 'photographs of a post' },
  likes: { value: 5, least: 0, most: many, about: 'likes of somebody who comes, a day' },
  comments: { value: 0.5, least: 0, most: many, about: 'comments of somebody who comes, a day' },
  logins: { value: 0.05, least: 0, most: many, about: 'sign-ins of somebody who comes, a day' },
  refreshes: { value: 5, least: 0, most: many, about: 'refreshed tokens of somebody who comes, a day' },
  views: { value: 10, least: 0, most: many, about: 'photographs that a page loads and the browser has not' },
  cdn: { value: 0.9, least: 0, most: 1, about: 'share of these that a CDN answers' },
  peak: { value: 3, least: 1, most: 24, about: 'how many times the mean of a day its busiest hour has' },
  notificationDays: { value: 180, least: 1, most: 3650, about: 'RETENTION_DAYS of notification' },
  years: { value: 3, least: 0.01, most: 100, about: 'how long posts and what hangs on them have been kept' },
  outboxDays: { value: 90, least: 1, most: 3650, about: 'OUTBOX_RETENTION_DAYS' },
  brokerDays: { value: 1, least: 0.01, most: 365, about: 'how long Kafka keeps events' },
  timelineLength: { value: 800, least: 20, most: 10_000, about: 'TIMELINE_LENGTH' },
  threshold: { value: 10_000, least: 1, most: many, about: 'BROADCAST_FROM_FOLLOWERS' },
  use: { value: 0.6, least: 0.05, most: 1, about: 'share of cores and IOPS that is planned with at the peak' },
  full: { value: 0.7, least: 0.05, most: 1, about: 'share of memory and disks that is planned with' },
  instances: { value: 2, least: 1, most: 1000, about: 'fewest instances of a service' },
  copies: { value: 1, least: 0, most: 10, about: 'replicas of each server of a store' },
  cached: { value: 0.99, least: 0, most: 1, about: 'share of blocks that PostgreSQL finds in memory' },
  storeCores: { value: 32, least: 1, most: 1000, about: 'cores of a server of PostgreSQL or MongoDB' },
  storeTb: { value: 8, least: 0.001, most: 1000, about: 'terabytes of its disk' },
  storeIops: { value: 50_000, least: 1, most: many, about: 'IOPS of its disk' },
  redisGb: { value: 32, least: 0.1, most: 10_000, about: 'gigabytes of memory of a Redis' },
} as const satisfies Record<string, Definition>

type Name = keyof typeof definitions

export type Parameters = Record<Name, number> & { people: number }

/** As it is typed: `most-followed`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

export class ParameterError extends Error {
  override name = 'ParameterError'
}

/**
 * Numbers of people (several with commas between) and the parameters for each, from what was typed.
 * @throws ParameterError with a sentence for who typed it
 */
export function readParameters(flags: Record<string, unknown>): Parameters[] {
  const values = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, numberOf(flags, name, definition)]),
  ) as Record<Name, number>
  const people = typeof flags['people'] === 'string' ? flags['people'].split(',') : ['1e6']
  return people.map((text) => {
    const one = { ...values, people: parse('people', text, { least: 100, most: many }) }
    check(one)
    return one
  })
}

function numberOf(flags: Record<string, unknown>, name: string, definition: Definition): number {
  const text = flags[flagOf(name)]
  return typeof text === 'string' ? parse(flagOf(name), text, definition) : definition.value
}

function parse(flag: string, text: string, { least, most }: Pick<Definition, 'least' | 'most'>): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most) return value
  const range = most === many ? `at least ${least}` : `from ${least} to ${most}`
  throw new ParameterError(`--${flag} is "${text}" and must be a number, ${range}.`)
}

function check({ people, follows, mostFollowed, daily, monthly }: Parameters): void {
  if (monthly < daily)
    throw new ParameterError('--monthly is less than --daily: who came today came in the last 30 days.')
  if (follows >= mostFollowed * people) {
    throw new ParameterError(
      `Of ${people} people nobody has more than ${mostFollowed * people} followers (--most-followed), so they cannot follow ${follows} in the mean.`,
    )
  }
}
