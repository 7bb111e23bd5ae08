import { expect, test } from 'vitest'
import { operations } from '../../e2e/support/description.ts'
import { subjects } from './matrix.ts'

test('each operation of the API says what it is about, and no other does', () => {
  const all = operations.map(({ operationId }) => operationId)
  expect(Object.keys(subjects).toSorted()).toEqual(all.toSorted())
})
