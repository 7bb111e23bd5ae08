import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Person as Profile, SignedIn } from '@daguerre/contracts'
import { expect, test } from 'vitest'
import { root } from '../../../tools/run/home.ts'
import { system } from '../../setup/system.ts'
import { api, read } from '../support/api.ts'
import { type Person, signUp } from '../support/people.ts'
import { comment, publish } from '../support/posts.ts'
import { somePhoto } from '../support/photos.ts'

// Its types are those of browsers, which nothing else here knows.
const library = (await import(new URL('../../../packages/client/src/index.ts', import.meta.url).href)) as object
const example = /```ts\n([\s\S]+?)```/.exec(readFileSync(join(root, 'packages/client/README.md'), 'utf8'))?.[1] ?? ''

/** Those of the example have their names and passwords; another run on the same system may have made them. */
async function named(username: string): Promise<Person> {
  const account = { email: `${username}@example.org`, username, password: 'silver-on-copper-1839' }
  const made = await api().post('/api/v1/auth/register', account)
  const answer =
    made.status === 201 ? made : await api().post('/api/v1/auth/login', { login: username, password: account.password })
  const { user, accessToken, refreshToken } = await read(SignedIn, answer, answer.status)
  return { ...account, id: user.id, accessToken, refreshToken }
}

test("the first session of the client's README runs as it stands", async () => {
  const [louise, anselm, nadar] = await Promise.all([named('louise'), named('anselm'), signUp('nadar')])
  const post = await publish(louise, 'What is in her feed already')
  const file = new Blob([new Uint8Array(await somePhoto())], { type: 'image/jpeg' })
  const script = stripTypeScriptTypes(example)
    .replace(/^import (\{[^}]+\}) from '@daguerre\/client'$/m, 'const $1 = library')
    .replace('http://localhost:8080', system.url)
  // oxlint-disable-next-line typescript/no-implied-eval -- The text is ours, and a module could not be given a file.
  const run = new Function('library', 'file', 'console', `return (async () => {${script}})()`) as (
    ...given: unknown[]
  ) => Promise<void>
  const said: unknown[][] = []
  const running = run(library, file, {
    log(...words: unknown[]) {
      said.push(words)
      // What it listens to at the end has no end: the first word of it is enough.
      if (words[1] === 'unread') throw new Error('heard')
    },
  })
  let isOver = false
  const over = running.catch((error: unknown) => error).finally(() => (isOver = true))
  // From when on it listens cannot be seen from here.
  while (!isOver) {
    await comment(nadar, post.id, 'Is anybody there?')
    await Promise.race([over, sleep(250)])
  }
  expect(await over).toMatchObject({ message: 'heard' })
  expect(said).toContainEqual([1])
  expect(said).toContainEqual(['louise', 'What is in her feed already'])
  expect(said.at(-1)).toEqual([expect.any(Number), 'unread'])
  const { viewer } = await read(Profile, api(louise).get(`/api/v1/users/${anselm.id}`))
  expect(viewer).toMatchObject({ following: true })
})
