import { expect, test } from 'vitest'
import { operations } from '../../e2e/support/description.ts'
import { ownership, takesId } from './ownership.ts'

test('each operation that takes an id says what it does with that of another, and no other does', () => {
  const taking = operations.filter(takesId).map(({ operationId }) => operationId)
  expect(Object.keys(ownership).toSorted()).toEqual(taking.toSorted())
})
