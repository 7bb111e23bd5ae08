// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { client } from './client.ts'
import { askedWho, askWhoIsThere } from './reauthentication.ts'
import { leave } from './session.ts'

test('what waits for somebody to say again who they are is not done when another comes', async () => {
  const answer = askWhoIsThere()
  expect(askedWho.get()).toHaveLength(1)
  expect(client.session.current()).toBeNull()
  leave()
  expect(await answer).toBe(false)
  expect(askedWho.get()).toEqual([])
})
