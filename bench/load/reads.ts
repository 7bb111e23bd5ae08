import http from 'k6/http'
import { anyPost, anyPerson, anyViewer, signedIn, url, viewerAt } from './given.ts'
import { count, demandsOfPage, demandsOfPost, isComplete, textOf, timeOf } from './judge.ts'
import type { Viewer } from './load-data.ts'

const pageSize = 20

export function post(): void {
  const id = anyPost()
  const answer = http.get(`${url}/api/v1/posts/${id}`)
  count('post', timeOf(answer), demandsOfPost(answer, id, false), answer)
}

export function postSignedIn(): void {
  const id = anyPost()
  const answer = http.get(`${url}/api/v1/posts/${id}`, signedIn(anyViewer()))
  count('post', timeOf(answer), demandsOfPost(answer, id, true), answer)
}

export function home(): void {
  readHome(anyViewer())
}

/** Every viewer's once: what is made at a first read is there then. */
export function homeOfEach(iteration: number): void {
  readHome(viewerAt(iteration))
}

function readHome(viewer: Viewer): void {
  const answer = http.get(`${url}/api/v1/feed/home?limit=${pageSize}`, signedIn(viewer))
  count('home', timeOf(answer), demandsOfPage(answer, pageSize, true), answer)
}

/** Of somebody signed in: what nobody is signed in for is one cache entry. */
export function global(): void {
  const answer = http.get(`${url}/api/v1/feed?limit=${pageSize}`, signedIn(anyViewer()))
  count('global', timeOf(answer), demandsOfPage(answer, pageSize, true), answer)
}

interface Person {
  counts: { posts: number }
}

/** The person and their posts at once, as an app asks. */
export function profile(): void {
  const username = anyPerson()
  const { headers } = signedIn(anyViewer())
  const { person, posts } = http.batch({
    person: { method: 'GET', url: `${url}/api/v1/users/${username}`, params: { headers } },
    posts: { method: 'GET', url: `${url}/api/v1/users/${username}/posts?limit=${pageSize}`, params: { headers } },
  })
  const { counts } = isComplete(person) ? (JSON.parse(textOf(person)) as Person) : { counts: { posts: 0 } }
  const demands = demandsOfPage(posts, Math.min(pageSize, counts.posts), true)
  demands['the person'] = isComplete(person) && textOf(person).includes(`"username":"${username}"`)
  count('profile', Math.max(timeOf(person), timeOf(posts)), demands, posts)
}

export function mixed(): void {
  const dice = Math.random()
  if (dice < 0.6) home()
  else if (dice < 0.9) profile()
  else postSignedIn()
}
