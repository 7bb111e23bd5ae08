import type { LoadData, Viewer } from '../load/load-data.ts'
import { type Community, postId, usernameOf } from './community.ts'
import { password } from './fill.ts'
import { followeesOf } from './graph.ts'
import { createRandom, shuffled } from './random.ts'
import { createZipf } from './zipf.ts'

const draws = 20_000
const pageSize = 20

/** People whose home feed fills a page, drawn from all. */
export function drawViewers(community: Community, count: number): number[] {
  const { people, following, written, options } = community
  const viewers: number[] = []
  for (const person of shuffled(createRandom(options.seed + 2), people)) {
    if (viewers.length === count) break
    const posts = followeesOf(following, person).reduce((sum, followee) => sum + written[followee]!, written[person]!)
    if (posts >= pageSize) viewers.push(person)
  }
  if (viewers.length === 0) throw new Error('Nobody in this community has a page of posts to read.')
  return viewers
}

/** What the load asks for: posts, viewers and profiles, each by a Zipf law of its own. */
export function drawLoad(community: Community, viewers: Viewer[]): LoadData {
  const { people, authors, postsByFame, options } = community
  const random = createRandom(options.seed + 3)
  const byFame = shuffled(random, people)
  const [nextPost, nextVisit, nextPerson] = [authors.length, viewers.length, people].map((count) =>
    createZipf(random, count),
  ) as [() => number, () => number, () => number]
  return {
    viewers,
    posts: Array.from({ length: draws }, () => postId(community, postsByFame[nextPost()]!)),
    visits: Array.from({ length: draws }, nextVisit),
    people: Array.from({ length: draws }, () => usernameOf(byFame[nextPerson()]!)),
    password,
  }
}
