import { expect, test } from 'vitest'
import { checkBio, checkDisplayName, checkWebsite, websiteOf } from './profile-checks.ts'

test('lengths are counted as people count, near enough', () => {
  expect(checkDisplayName('🦊'.repeat(50))).toBeUndefined()
  expect(checkDisplayName('🦊'.repeat(51))).toBe('settings.displayNameWrong')
  expect(checkDisplayName('  ')).toBe('settings.displayNameMissing')
  expect(checkBio('a'.repeat(501))).toBe('settings.bioLong')
})

test('an address may leave out what all addresses begin with', () => {
  expect(websiteOf(' louise.example.org ')).toBe('https://louise.example.org')
  expect(websiteOf('')).toBeNull()
  expect(checkWebsite('louise.example.org/photos')).toBeUndefined()
})

test.each([
  'javascript:alert(1)',
  'ftp://example.org',
  'https://',
  'two words.org',
  'https://nothing',
  'https://me:secret@example.org',
])('%s is no website', (typed) => {
  expect(checkWebsite(typed)).toBe('settings.websiteWrong')
})
