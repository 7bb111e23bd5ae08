// Starts the tools on any Node that a machine may have: installs what is missing, then hands over to the pinned
// Node 24. Nothing here may need a dependency, or syntax that an old Node cannot read.
import { spawn, spawnSync } from 'child_process'
import { createHash } from 'crypto'
import { existsSync, readFileSync, writeFileSync } from 'fs'
import { dirname, join } from 'path'
import { fileURLToPath } from 'url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const modules = join(root, 'node_modules')
const stamp = join(modules, '.daguerre-installed')

function fail(sentence) {
  process.stderr.write(sentence + '\n')
  process.exit(1)
}

function olderThan(version, major, minor) {
  const parts = version.split('.').map(Number)
  return parts[0] < major || (parts[0] === major && parts[1] < minor)
}

function lockHash() {
  const hash = createHash('sha256').update(process.platform + process.arch)
  for (const name of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, name)))
  return hash.digest('hex')
}

function install() {
  const wanted = lockHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  const pnpm = 'pnpm@' + JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.pnpm
  process.stderr.write('Installing dependencies with ' + pnpm + ' (once; half a minute, more on a slow line) …\n')
  const args = [
    'exec',
    '--yes',
    '--loglevel=error',
    '--',
    pnpm,
    'install',
    '--frozen-lockfile',
    '--reporter=append-only',
  ]
  const npm = process.env.npm_execpath
  const viaNode = npm !== undefined && /npm-cli\.c?js$/.test(npm)
  const result = spawnSync(viaNode ? process.execPath : 'npm', viaNode ? [npm].concat(args) : args, {
    cwd: root,
    // Without a terminal pnpm asks nothing.
    env: Object.assign({}, process.env, { CI: 'true' }),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (result.error)
    fail('npm could not be started (' + result.error.message + '): install Node.js with npm and try again.')
  if (result.signal) process.exit(1)
  if (result.status !== 0) {
    const output = (result.stdout + result.stderr).trim()
    process.stderr.write(output.split('\n').slice(-25).join('\n') + '\n')
    fail(
      /ENOSPC|no space left/i.test(output)
        ? 'Installing the dependencies failed because the disk is full: free some space and try again.'
        : 'Installing the dependencies failed; what pnpm said stands above.',
    )
  }
  writeFileSync(stamp, wanted)
}

function findNode() {
  const pinned = join(modules, 'node-' + process.platform + '-' + process.arch, 'bin', 'node')
  if (existsSync(pinned)) return pinned
  if (!olderThan(process.versions.node, 24, 12)) return process.execPath
  return fail(
    'No pinned Node for ' +
      process.platform +
      ' on ' +
      process.arch +
      ', and this one is ' +
      process.version +
      ': install Node 24.12 or newer and try again.',
  )
}

if (olderThan(process.versions.node, 20, 0)) {
  fail(
    'Daguerre needs Node 20 or newer to start, and this is ' + process.version + ': install a newer one and try again.',
  )
}
install()
const child = spawn(findNode(), [join(root, 'tools', 'run', 'cli.ts')].concat(process.argv.slice(2)), {
  stdio: 'inherit',
})
// The runner takes signals that come at the same moment as one: a terminal sends Ctrl-C to it as well.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => fail('The pinned Node could not be started: ' + error.message))
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code)
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
  process.kill(process.pid, signal)
})
