import { SharedArray } from 'k6/data'
import type { LoadData, Viewer } from './load-data.ts'

export const url = __ENV['LOAD_URL'] ?? ''

/** One list of the file LOAD_DATA, which is read once for all virtual users. */
function share<Item>(name: string, listOf: (data: LoadData) => Item[]): Item[] {
  return new SharedArray<Item>(name, () => listOf(JSON.parse(open(__ENV['LOAD_DATA'] ?? '')) as LoadData))
}

const viewers = share('viewers', (data) => data.viewers)
const posts = share('posts', (data) => data.posts)
const visits = share('visits', (data) => data.visits)
const people = share('people', (data) => data.people)
const passwords = share('passwords', (data) => [data.password])

function anyOf<Item>(items: Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item
}

export function anyPost(): string {
  return anyOf(posts)
}

export function anyViewer(): Viewer {
  return viewers[anyOf(visits)] as Viewer
}

/** Everybody once, where there are as many iterations as viewers. */
export function viewerAt(iteration: number): Viewer {
  return viewers[iteration % viewers.length] as Viewer
}

export function anyPerson(): string {
  return anyOf(people)
}

export function password(): string {
  return passwords[0] as string
}

export function signedIn(viewer: Viewer): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${viewer.token}` } }
}

export function signedInJson(viewer: Viewer): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${viewer.token}`, 'content-type': 'application/json' } }
}
