import { toGraph, type Graph } from './graph.ts'

/** A line that is no edge; the message names it. */
export class EdgeListError extends Error {
  override name = 'EdgeListError'
}

export interface EdgeList {
  graph: Graph
  /** As the file names people, by their number in the graph. */
  names: string[]
  /** Lines that said an edge again, or that somebody follows themselves. */
  left: number
}

/**
 * Reads a list of follows: one `a b` a line, where a follows b. What comes after a # is a comment.
 * @throws EdgeListError for a line that is anything else, or a list without an edge
 */
export function parseEdgeList(text: string): EdgeList {
  const numbers = new Map<string, number>()
  const lists: Set<number>[] = []
  let left = 0
  function numberOf(name: string): number {
    const known = numbers.get(name)
    if (known !== undefined) return known
    numbers.set(name, lists.length)
    return lists.push(new Set()) - 1
  }
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/)
    if (words[0] === '') continue
    if (words.length !== 2) throw new EdgeListError(`Line ${index + 1} is no edge "a b": ${line.trim()}`)
    const [follower, followee] = words.map(numberOf) as [number, number]
    const followees = lists[follower]!
    if (follower === followee || followees.has(followee)) left++
    else followees.add(followee)
  }
  if (lists.length === 0) throw new EdgeListError('There is no edge in this list.')
  return { graph: toGraph(lists.map((list) => [...list])), names: [...numbers.keys()], left }
}
