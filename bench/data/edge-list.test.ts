import { expect, test } from 'vitest'
import { EdgeListError, parseEdgeList } from './edge-list.ts'
import { followeesOf } from './graph.ts'

test('reads pairs, whatever separates them, and skips comments and empty lines', () => {
  const { graph, names, left } = parseEdgeList(
    '# FromNodeId\tToNodeId\r\nann bob\r\n\n  bob\tcai # a friend\nann cai\n',
  )
  expect(names).toEqual(['ann', 'bob', 'cai'])
  expect([0, 1, 2].map((person) => [...followeesOf(graph, person)])).toEqual([[1, 2], [2], []])
  expect(left).toBe(0)
})

test('an edge that is said twice counts once, one of somebody with themselves not at all', () => {
  const { graph, left } = parseEdgeList('1 2\n1 2\n2 2\n')
  expect(graph.followees).toEqual(Uint32Array.of(1))
  expect(left).toBe(2)
})

test.each(['1 2\n3\n', '1 2\n1 2 0.5\n'])('a line that is no pair is named: %j', (text) => {
  expect(() => parseEdgeList(text)).toThrow(/^Line 2 is no edge/)
})

test.each(['', '# nothing\n\n'])('a list without an edge is refused: %j', (text) => {
  expect(() => parseEdgeList(text)).toThrow(EdgeListError)
})
