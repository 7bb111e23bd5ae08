import { expect, test } from 'vitest'
import { readCredentials } from './read-credentials.ts'

function basic(text: string): string {
  return `Basic ${btoa(text)}`
}

test('credentials are in the form, or in the header, there encoded as in a form', () => {
  expect(readCredentials({ client_id: 'a', client_secret: 'b' }, undefined)).toEqual({ id: 'a', secret: 'b' })
  expect(readCredentials({ client_id: 'a', client_secret: '' }, undefined)).toEqual({ id: 'a', secret: undefined })
  expect(readCredentials({}, undefined)).toEqual({ id: '', secret: undefined })
  expect(readCredentials({}, basic('a:b'))).toEqual({ id: 'a', secret: 'b' })
  expect(readCredentials({ client_id: 'a' }, basic('a:b'))).toEqual({ id: 'a', secret: 'b' })
  expect(readCredentials({}, basic('a%2Db:dgr%5Fcs+%3A:'))).toEqual({ id: 'a-b', secret: 'dgr_cs ::' })
  expect(readCredentials({}, basic('a:'))).toEqual({ id: 'a', secret: undefined })
})

test('never both, for two, or by anything else', () => {
  expect(readCredentials({ client_secret: 'b' }, basic('a:b'))).toBeNull()
  expect(readCredentials({ client_id: 'other' }, basic('a:b'))).toBeNull()
  for (const header of ['Bearer x', 'Basic', 'Basic ???', basic('a'), basic('%:%'), '']) {
    expect([header, readCredentials({}, header)]).toEqual([header, null])
  }
})
