import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contentKey } from './cache.ts'
import { must, run, which } from './commands.ts'
import { loopback, type ProvisionContext } from './types.ts'

const COMPOSE_FILE = join(import.meta.dirname, '..', '..', 'compose.yaml')

const answers = new WeakMap<ProvisionContext, Promise<boolean>>()

/** Whether an engine answers within 3 s and has Compose. Asked once; DAGUERRE_DOCKER=off says no. */
export function hasDocker(ctx: ProvisionContext): Promise<boolean> {
  // What compose.yaml starts listens on the loopback alone.
  if (ctx.host !== undefined && ctx.host !== loopback) return Promise.resolve(false)
  if (ctx.env['DAGUERRE_DOCKER'] === 'off' || which('docker', ctx.env) === undefined) return Promise.resolve(false)
  const answer = answers.get(ctx) ?? askDocker(ctx.env)
  answers.set(ctx, answer)
  return answer
}

async function askDocker(env: NodeJS.ProcessEnv): Promise<boolean> {
  const engine = await run('docker', ['info', '--format', '{{.ServerVersion}}'], { env, timeoutMs: 3000 })
  if (engine.code !== 0) return false
  return (await run('docker', ['compose', 'version'], { env, timeoutMs: 3000 })).code === 0
}

/** One Compose project a home, so that two systems run side by side. */
export function projectName(home: string): string {
  return `daguerre-${contentKey(home).slice(0, 8)}`
}

let last: Promise<void> = Promise.resolve()

/** Starts one service of compose.yaml and waits until its health check is content. */
export function composeUp(ctx: ProvisionContext, service: string, values: Record<string, string>): Promise<void> {
  // One after the other: two at once both try to make the project's network.
  const started = last.then(() => up(ctx, service, values))
  last = started.catch(() => {})
  return started
}

async function up(ctx: ProvisionContext, service: string, values: Record<string, string>): Promise<void> {
  ctx.report(`starting ${service} with Docker Compose (the first time its image is pulled: a minute or two)`)
  await mkdir(ctx.home, { recursive: true })
  await writeFile(marker(ctx), '')
  await must(`Starting ${service} with Docker Compose`, 'docker', compose(ctx, 'up', '--detach', '--wait', service), {
    env: { ...ctx.env, ...values },
    timeoutMs: 600_000,
  })
}

/** Stops the containers of this home; their data stays in named volumes unless `withData`. */
export async function stopDocker(ctx: ProvisionContext, withData = false): Promise<void> {
  if (!existsSync(marker(ctx))) return
  const down = compose(ctx, '--profile', '*', 'down', '--remove-orphans', ...(withData ? ['--volumes'] : []))
  await must('Stopping the containers', 'docker', down, { env: ctx.env, timeoutMs: 120_000 })
  await rm(marker(ctx), { force: true })
}

function compose(ctx: ProvisionContext, ...args: string[]): string[] {
  return ['compose', '--file', COMPOSE_FILE, '--project-name', projectName(ctx.home), ...args]
}

/** Left while containers may run, so that stopping asks Docker only where it was used. */
function marker(ctx: ProvisionContext): string {
  return join(ctx.home, 'docker-compose.used')
}
