import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Recent, recentOf, withoutRecent, withRecent } from './recent.ts'

const louise = { id: 'l', username: 'louise', displayName: 'Louise', avatar: null }

function tag(tag: string): Recent {
  return { kind: 'tag', tag }
}

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
})
afterEach(() => vi.unstubAllGlobals())

test('the latest comes first, each once, and not too many', () => {
  const list = withRecent([tag('a'), { kind: 'person', person: louise }], tag('b'))
  expect(withRecent(list, { kind: 'person', person: { ...louise, displayName: 'L.' } })).toEqual([
    { kind: 'person', person: { ...louise, displayName: 'L.' } },
    tag('b'),
    tag('a'),
  ])
  const many = Array.from({ length: 20 }, (_, index) => tag(`${index}`))
  expect(many.reduce<Recent[]>((all, next) => withRecent(all, next), [])).toHaveLength(12)
  expect(withoutRecent(list, tag('a'))).toHaveLength(2)
})

test('what is kept is read again by who wrote it, and what is broken is nothing', () => {
  recentOf('l').write([tag('a')])
  expect(recentOf('l').read()).toEqual([tag('a')])
  expect(recentOf(null).read()).toEqual([])
  localStorage.setItem(
    'daguerre.searches.l',
    '[{"kind":"tag"},{"kind":"tag","tag":"x"},null,{"kind":"person","person":null}]',
  )
  expect(recentOf('l').read()).toEqual([tag('x')])
  localStorage.setItem('daguerre.searches.l', '{')
  expect(recentOf('l').read()).toEqual([])
  recentOf('l').write([])
  expect(localStorage.getItem('daguerre.searches.l')).toBeNull()
})
