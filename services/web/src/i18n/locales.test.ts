// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'
import { chooseLocale, initialLocale, preferredLocale } from './locales.ts'

beforeEach(() => localStorage.clear())

test('the first of the browser’s languages that there is', () => {
  expect(preferredLocale(['fr-FR', 'de-AT', 'en'])).toBe('de')
  expect(preferredLocale(['EN-gb'])).toBe('en')
  expect(preferredLocale(['fr', 'constructor'])).toBe('en')
  expect(preferredLocale([])).toBe('en')
})

test('what was chosen wins over the browser, what the address asks for over both', () => {
  chooseLocale('de')
  expect(initialLocale('')).toBe('de')
  expect(initialLocale('?locale=ar-XB')).toBe('ar-XB')
  expect(initialLocale('')).toBe('ar-XB')
  expect(initialLocale('?locale=xx')).toBe('ar-XB')
})

test('what nobody knows is forgotten', () => {
  localStorage.setItem('daguerre.locale', 'toString')
  expect(['en', 'de']).toContain(initialLocale(''))
})
