import { describe, expect, test } from 'vitest'
import { foldName, searchTextOf, toTrigramText } from './fold-name.ts'
import { readSearchTerm } from './search-term.ts'

describe('what a question asks for', () => {
  test('plain text asks for people and hashtags, folded', () => {
    expect(readSearchTerm('  Zoë ')).toEqual({ name: 'zoe', tagPrefix: 'zoë' })
  })

  test('# asks for hashtags alone, @ for people alone, full-width signs too', () => {
    expect(readSearchTerm('#Golden')).toEqual({ name: null, tagPrefix: 'golden' })
    expect(readSearchTerm('＃Golden')).toEqual({ name: null, tagPrefix: 'golden' })
    expect(readSearchTerm('@Louise')).toEqual({ name: 'louise', tagPrefix: null })
    expect(readSearchTerm('＠Louise')).toEqual({ name: 'louise', tagPrefix: null })
  })

  test('text with spaces is no hashtag, signs alone ask for nothing', () => {
    expect(readSearchTerm('Anna Müller')).toEqual({ name: 'anna muller', tagPrefix: null })
    expect(readSearchTerm('#')).toEqual({ name: null, tagPrefix: null })
    expect(readSearchTerm('%')).toEqual({ name: null, tagPrefix: null })
  })
})

test('names are folded whatever the script, and signs separate words', () => {
  expect(foldName('ЁЛКА  Ångström')).toBe('елка angstrom')
  expect(foldName('ﬁne‑Art/Ｐhoto')).toBe('fine art photo')
  expect(foldName('anna.m_1')).toBe('anna.m_1')
})

test('letters without an accent to drop are written as people type them', () => {
  expect(foldName('Łukasz Ørsted, Æsa Groß')).toBe('lukasz orsted aesa gross')
})

test('the trigram index gets ASCII alone, words kept apart', () => {
  expect(toTrigramText('zoe')).toBe('zoe')
  expect(toTrigramText('жук я')).toMatch(/^[a-z0-9]{6} [a-z0-9]{2}$/)
  expect(searchTextOf({ username: 'golden.hour', displayName: 'Zoë K' })).toBe(' golden.hour golden hour zoe k')
})
