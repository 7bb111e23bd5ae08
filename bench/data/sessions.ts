import type { SignedIn } from '@daguerre/contracts'
import { createHash, randomBytes } from 'node:crypto'
import pg from 'pg'
import { idOf, mediaId, personId, usernameOf } from './community.ts'
import { writeRows } from './write-rows.ts'
import type { Viewer } from '../load/load-data.ts'

/**
 * Signs people in without their passwords, which take long to hash: writes a session with a refresh token for each, as auth
 * would, and has auth exchange it.
 */
export async function openSessions(url: string, authDatabase: string, people: readonly number[]): Promise<Viewer[]> {
  const tokens = people.map(() => `dgr_rt_${randomBytes(32).toString('base64url')}`)
  const ids = people.map((person) => idOf('session', Date.now(), person))
  const client = new pg.Client({ connectionString: authDatabase })
  await client.connect()
  try {
    const ends = new Date(Date.now() + 86_400_000)
    const sessions = people.map((person, index) => [ids[index], personId(person), ends])
    await writeRows(client, 'session', { id: 'uuid', account_id: 'uuid', expires_at: 'timestamptz' }, sessions)
    const rows = tokens.map((token, index) => [createHash('sha256').update(token).digest(), ids[index], ends])
    const columns = { hash: 'bytea', session_id: 'uuid', expires_at: 'timestamptz' }
    await writeRows(client, 'refresh_token', columns, rows)
  } finally {
    await client.end()
  }
  const viewers: Viewer[] = []
  const queue = people.entries()
  async function exchange(): Promise<void> {
    for (const [index, person] of queue) {
      const token = await exchangeOne(url, tokens[index]!)
      viewers[index] = { id: personId(person), username: usernameOf(person), token, mediaId: mediaId(person) }
    }
  }
  await Promise.all([exchange(), exchange(), exchange(), exchange()])
  return viewers
}

async function exchangeOne(url: string, refreshToken: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  })
  if (!answer.ok) throw new Error(`A session could not be refreshed: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as SignedIn).accessToken
}
