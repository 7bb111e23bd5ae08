import type { RefinedResponse, ResponseType } from 'k6/http'
import { Counter, Trend } from 'k6/metrics'

// k6 has one; its types leave it to those of browsers.
declare const console: { error(message: string): void }

export type Answer = RefinedResponse<ResponseType | undefined>

interface Post {
  id: string
  author: { username: string }
  counts: { likes: number; comments: number } | null
  viewer: { liked: boolean; saved: boolean } | null
}

interface Page {
  items: Post[]
}

/** Time that the server took for one unit of work, in ms. */
const unitMs = new Trend('unit_ms', true)
const units = new Counter('units')
const wrong = new Counter('wrong')

/** One answer in so many is taken apart, of the others the status is looked at: the generator shares its processors with what it measures. */
const every = 8
let answers = 0
let told = 0

/** Counts one unit of work. What its answers have to be is looked at after the time was taken. */
export function count(kind: string, durationMs: number, demands: Record<string, boolean>, answer: Answer): void {
  unitMs.add(durationMs, { kind })
  units.add(1, { kind })
  if (Object.values(demands).every(Boolean)) return
  wrong.add(1, { kind })
  if (told++ < 2) {
    const broken = Object.keys(demands).filter((name) => !demands[name])
    console.error(
      `${kind}: not ${broken.join(', not ')}: ${answer.status} ${answer.error} ${textOf(answer).slice(0, 300)}`,
    )
  }
}

export function timeOf(answer: Answer): number {
  return answer.timings.duration
}

export function textOf(answer: Answer): string {
  return typeof answer.body === 'string' ? answer.body : ''
}

/** Whether this answer is one of those that are taken apart. */
function isSample(): boolean {
  return answers++ % every === 0
}

export function isComplete(answer: Answer): boolean {
  return answer.status === 200 && answer.headers['Daguerre-Degraded'] === undefined
}

/** Demands of a list of posts: as many as there have to be, the newest first, with what the viewer did where there is one. */
export function demandsOfPage(answer: Answer, size: number, hasViewer: boolean): Record<string, boolean> {
  const demands: Record<string, boolean> = { complete: isComplete(answer) }
  if (!demands['complete'] || !isSample()) return demands
  const { items } = JSON.parse(textOf(answer)) as Page
  demands['full'] = items.length === size
  demands['newest first'] = items.every(({ id }, index) => index === 0 || id < (items[index - 1]?.id ?? ''))
  demands['counted'] = items.every(({ counts }) => counts !== null)
  demands['as the viewer sees it'] = items.every(({ viewer }) => (viewer !== null) === hasViewer)
  return demands
}

export function demandsOfPost(answer: Answer, id: string, hasViewer: boolean): Record<string, boolean> {
  const demands: Record<string, boolean> = { complete: isComplete(answer) }
  if (!demands['complete'] || !isSample()) return demands
  const post = JSON.parse(textOf(answer)) as Post
  demands['the one asked for'] = post.id === id
  demands['counted'] = post.counts !== null
  demands['as the viewer sees it'] = (post.viewer !== null) === hasViewer
  return demands
}
