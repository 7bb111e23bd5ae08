import { expect, test } from 'vitest'
import { isMissingCode } from './missing-code.ts'

test('what browsers say of a module that did not come', () => {
  expect(isMissingCode(new TypeError('Failed to fetch dynamically imported module: http://x/assets/a.js'))).toBe(true)
  expect(isMissingCode(new TypeError('error loading dynamically imported module: http://x/assets/a.js'))).toBe(true)
  expect(isMissingCode(new TypeError('Importing a module script failed.'))).toBe(true)
  expect(isMissingCode(new Error('Unable to preload CSS for /assets/a.css'))).toBe(true)
  expect(isMissingCode(new TypeError('Cannot read properties of undefined'))).toBe(false)
  expect(isMissingCode('text')).toBe(false)
})
