import { type Command, runCommand } from './command.ts'
import { Failure, sentenceOf } from './failure.ts'
import { ProvisionError } from '../provision/types.ts'

const commands: Record<string, () => Promise<{ command: Command }>> = {
  start: () => import('./commands/start.ts'),
  stop: () => import('./commands/stop.ts'),
  status: () => import('./commands/status.ts'),
  reset: () => import('./commands/reset.ts'),
  logs: () => import('./commands/logs.ts'),
  verify: () => import('./commands/verify.ts'),
  replay: () => import('./commands/replay.ts'),
  'dead-letters': () => import('./commands/dead-letters.ts'),
  'rotate-keys': () => import('./commands/rotate-keys.ts'),
  'audit:verify': () => import('./commands/audit-verify.ts'),
  web: () => import('./commands/web.ts'),
  screenshots: () => import('./commands/screenshots.ts'),
  bench: () => import('./commands/bench.ts'),
  images: () => import('./commands/images.ts'),
  test: () => import('./commands/test.ts'),
  'test-security': () => import('./commands/test-security.ts'),
  'test-faults': () => import('./commands/test-faults.ts'),
  'test-k8s': () => import('./commands/test-k8s.ts'),
  check: () => import('./commands/check.ts'),
  generate: () => import('./commands/generate.ts'),
}

const [name = '', ...args] = process.argv.slice(2)
const load = Object.hasOwn(commands, name) ? commands[name] : undefined
try {
  if (!load) throw new Failure(`There is no command "${name}". There are: ${Object.keys(commands).join(', ')}.`)
  const { command } = await load()
  process.exitCode = await runCommand(name, command, args)
} catch (error) {
  const expected =
    error instanceof Failure ||
    error instanceof ProvisionError ||
    (error as NodeJS.ErrnoException | null)?.code === 'ENOSPC'
  console.error(expected ? sentenceOf(error) : error)
  process.exitCode = 1
}
// Whatever is still open (a connection kept alive, a poll) is of no use to anybody now.
process.exit()
