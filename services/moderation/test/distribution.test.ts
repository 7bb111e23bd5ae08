import { createTestDatabase, type TestDatabase } from '@daguerre/kit/testing'
import { findSchemaFaults } from '@daguerre/kit/testing-distribution'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { database } from '../src/database.ts'
import { distribution } from '../src/distribution.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase(database)
})
afterAll(() => db.drop())

test('every table says where its rows live, and its keys hold what it is spread by', async () => {
  expect(await findSchemaFaults(db.orm.em.fork(), distribution)).toEqual([])
})
