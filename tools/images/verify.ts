import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { root } from '../run/home.ts'

// The Job of `skaffold verify`: the end-to-end tests of the API, next to the services that they ask. Inside, the gateway and
// the S3 server have the addresses that Skaffold forwards, since both are in what the API answers.
const forwards = [
  { port: 8080, host: process.env['GATEWAY_HOST'] ?? 'daguerre-gateway', to: 80 },
  { port: 7070, host: process.env['S3_HOST'] ?? 's3', to: 7070 },
]

/** They look into a service or its database besides, which a Job may not. */
const notFromHere = ['auth', 'bad-input', 'gateway'].map((name) => `tests/e2e/api/${name}.test.ts`)
const files = globSync('tests/e2e/api/*.test.ts', { cwd: root }).filter((file) => !notFromHere.includes(file))

for (const { port, host, to } of forwards) {
  createServer((client) => {
    const server = connect(to, host)
    client.pipe(server).pipe(client)
    client.on('error', () => server.destroy())
    server.on('error', () => client.destroy())
  }).listen(port, '127.0.0.1')
}

const vitest = join(root, 'node_modules/vitest/vitest.mjs')
// Nothing is written: the sources are another's, and the container's file system may be read-only.
const args = ['run', '--project=e2e-cluster', '--configLoader=runner', '--cache=false', ...files]
const facts = { url: 'http://127.0.0.1:8080', kubeconfig: '', path: '', namespace: '', release: '' }
const child = spawn(process.execPath, [vitest, ...args], {
  cwd: root,
  env: { ...process.env, E2E_CLUSTER: JSON.stringify(facts) },
  stdio: 'inherit',
})
child.on('exit', (code) => process.exit(code ?? 1))
