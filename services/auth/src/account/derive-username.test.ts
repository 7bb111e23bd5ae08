import { Username } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { deriveUsername } from './derive-username.ts'

test('the first username is the local part of the address where it can be', () => {
  expect(deriveUsername('louise@example.org', 0)).toBe('louise')
  expect(deriveUsername('Louise.Daguerre+photos@example.org', 0)).toBe('louise_daguerre')
  expect(deriveUsername("o'brien--x@example.org", 0)).toBe('o_brien_x')
})

test('every derived username can be one, whatever the address', () => {
  for (const email of ['a@x.org', 'admin@x.org', '_@x.org', "'+'@x.org", `${'ab.'.repeat(30)}c@x.org`, '.-.@x.org']) {
    for (const attempt of [0, 1, 2]) {
      const name = deriveUsername(email, attempt)
      expect(Username.safeParse(name), `${email} → ${name}`).toMatchObject({ success: true, data: name })
    }
  }
})
