import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type App, factsOf, fillEnvironment, readManifest } from './manifest.ts'

function app(env: Record<string, string>): App {
  return { id: 'x', folder: '/', command: [], env, port: 1, sidecar: null }
}

test('facts of the runner and variables of the shell fill an environment', () => {
  const env = {
    DATABASE_URL: '${postgres.url}',
    LOG_LEVEL: '${LOG_LEVEL:-info}',
    WHO: 'a-${NAME}-b',
    HOST: '127.0.0.1',
  }
  expect(fillEnvironment(app(env), { 'postgres.url': 'postgres://p' }, { NAME: 'n' })).toEqual({
    DATABASE_URL: 'postgres://p',
    LOG_LEVEL: 'info',
    WHO: 'a-n-b',
    HOST: '127.0.0.1',
  })
  expect(factsOf(app(env))).toEqual(['postgres.url'])
})

test('a variable without a value is left out, and an unknown fact is an error that names it', () => {
  expect(fillEnvironment(app({ A: '${NOT_SET}', B: '${EMPTY}' }), {}, { EMPTY: '' })).toEqual({})
  expect(() => fillEnvironment(app({ A: '${oracle.url}' }), {}, {})).toThrow('${oracle.url}')
})

test('dapr.yaml gives each app ports of its own and folders that exist', () => {
  const { apps, resourcesPaths } = readManifest()
  const ports = apps.flatMap(({ port, sidecar }) =>
    sidecar ? [port, sidecar.httpPort, sidecar.grpcPort, sidecar.internalGrpcPort, sidecar.metricsPort] : [port],
  )
  expect(new Set(ports).size).toBe(ports.length)
  expect(resourcesPaths.filter((path) => !existsSync(path))).toEqual([])
  expect(apps.filter(({ sidecar }) => sidecar && !existsSync(sidecar.configFile)).map(({ id }) => id)).toEqual([])
  expect(apps.find(({ sidecar }) => !sidecar)?.port).toBe(8080)
})
