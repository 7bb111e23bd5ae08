import http from 'k6/http'
import { anyPost, anyViewer, password, signedIn, signedInJson, url } from './given.ts'
import { type Answer, count, textOf, timeOf } from './judge.ts'
import type { Viewer } from './load-data.ts'

let liked: { viewer: Viewer; post: string } | undefined

/** Likes and unlikes in turn, each a unit of its own. */
export function like(): void {
  if (liked) {
    const { viewer, post } = liked
    liked = undefined
    const answer = http.del(`${url}/api/v1/posts/${post}/like`, null, signedIn(viewer))
    count('unlike', timeOf(answer), { done: answer.status === 204 }, answer)
    return
  }
  liked = { viewer: anyViewer(), post: anyPost() }
  const answer = http.post(`${url}/api/v1/posts/${liked.post}/like`, null, signedIn(liked.viewer))
  count('like', timeOf(answer), { done: answer.status === 200 }, answer)
}

export function comment(): void {
  const viewer = anyViewer()
  const text = `What light! ${Math.random()}`
  const answer = http.post(`${url}/api/v1/posts/${anyPost()}/comments`, JSON.stringify({ text }), signedInJson(viewer))
  const demands = { created: answer.status === 201, 'what was said': textOf(answer).includes(text) }
  count('comment', timeOf(answer), demands, answer)
}

export function create(): void {
  const viewer = anyViewer()
  const body = { caption: `Plate ${Math.random()}`, media: [{ mediaId: viewer.mediaId, altText: 'A photograph' }] }
  const answer = http.post(`${url}/api/v1/posts`, JSON.stringify(body), signedInJson(viewer))
  const demands = { created: answer.status === 201, published: textOf(answer).includes('"state":"published"') }
  count('create', timeOf(answer), demands, answer)
}

interface SignedIn {
  refreshToken: string
}

const json = { headers: { 'content-type': 'application/json' } }

function signIn(viewer: Viewer) {
  const body = JSON.stringify({ login: viewer.username, password: password() })
  return http.post(`${url}/api/v1/auth/login`, body, json)
}

export function login(): void {
  const viewer = anyViewer()
  const answer = signIn(viewer)
  const demands = { 'signed in': answer.status === 200, themselves: textOf(answer).includes(viewer.id) }
  count('login', timeOf(answer), demands, answer)
}

let refreshToken: string | undefined

/** Each virtual user is one session: it goes on from the token that it got last, and begins by signing in, which does not count. */
export function refresh(): void {
  if (refreshToken === undefined) {
    const begun = signIn(anyViewer())
    if (begun.status !== 200) return
    refreshToken = tokenOf(begun)
  }
  const answer = http.post(`${url}/api/v1/auth/refresh`, JSON.stringify({ refreshToken }), json)
  const next = answer.status === 200 ? tokenOf(answer) : undefined
  const demands = { refreshed: answer.status === 200, 'another token': next !== refreshToken }
  refreshToken = next
  count('refresh', timeOf(answer), demands, answer)
}

function tokenOf(answer: Answer): string {
  return (JSON.parse(textOf(answer)) as SignedIn).refreshToken
}
