import { expect, test } from 'vitest'
import { cleanUserAgent } from './clean-user-agent.ts'

test('a user agent is kept as one clean line of at most 200 characters', () => {
  expect(cleanUserAgent('Mozilla/5.0 (X11; Linux x86_64)')).toBe('Mozilla/5.0 (X11; Linux x86_64)')
  expect(cleanUserAgent(' a\0b\r\nc\u202e d \ud800 ')).toBe('a b c d \ufffd')
  expect(cleanUserAgent('📷'.repeat(500))).toBe('📷'.repeat(200))
})

test('no user agent, or an empty one, is none', () => {
  expect(cleanUserAgent(undefined)).toBeNull()
  expect(cleanUserAgent(' \t\u200b')).toBeNull()
})
