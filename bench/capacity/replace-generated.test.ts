import { expect, test } from 'vitest'
import { replaceGenerated } from './replace-generated.ts'

const page = 'before\n<!-- plan -->\nold\n<!-- /plan -->\nafter\n'

test('what is between the marks is made anew, again and again, and nothing else changes', () => {
  const once = replaceGenerated(page, 'plan', 'new')
  expect(once).toBe('before\n<!-- plan -->\n\nnew\n\n<!-- /plan -->\nafter\n')
  expect(replaceGenerated(once, 'plan', 'new')).toBe(once)
})

test('a page without the marks is refused', () => {
  expect(() => replaceGenerated(page, 'check', 'new')).toThrow('no place for "check"')
})
