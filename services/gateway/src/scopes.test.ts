import { readFileSync } from 'node:fs'
import { ordinaryScopes } from '@daguerre/kit/tokens'
import { expect, test } from 'vitest'

interface Operation {
  security?: Record<string, string[]>[]
  'x-service': string
}

const { paths } = JSON.parse(readFileSync(new URL('../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
}
const forPeople = Object.entries(paths).flatMap(([path, operations]) =>
  Object.entries(operations).flatMap(([method, { security, 'x-service': service }]) => {
    const scopes = security?.find((requirement) => 'bearer' in requirement)?.['bearer']
    return scopes ? [{ what: `${method} ${path}`, method, service, scopes }] : []
  }),
)

test('every route for who is signed in names a scope, and each that is named exists', () => {
  expect(forPeople.length).toBeGreaterThan(40)
  const known = [...ordinaryScopes, 'moderate', 'admin']
  expect(
    forPeople.filter(({ scopes }) => scopes.length === 0 || !scopes.every((scope) => known.includes(scope))),
  ).toEqual([])
})

test('nothing is changed by the scope that is for reading', () => {
  expect(forPeople.filter(({ method, scopes }) => method !== 'get' && scopes.includes('read'))).toEqual([])
})

test('all that is open to who is suspended is to take along what is theirs', () => {
  const open = forPeople.filter(({ scopes }) => scopes.includes('export')).map(({ what }) => what)
  expect(open.toSorted()).toEqual([
    'get /api/v1/exports',
    'get /api/v1/exports/{id}',
    'get /api/v1/exports/{id}/file',
    'post /api/v1/exports',
    'post /api/v1/exports/{id}/link',
  ])
})

test('account, sessions and whatever opens them are for sessions and roles alone', () => {
  const ofAuth = forPeople.filter(({ service }) => service === 'auth')
  expect(ofAuth.length).toBeGreaterThan(5)
  expect(
    ofAuth.filter(({ scopes }) => !scopes.some((scope) => ['account', 'moderate', 'admin'].includes(scope))),
  ).toEqual([])
})
