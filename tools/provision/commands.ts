import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ProvisionError } from './types.ts'

export interface RunOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  timeoutMs?: number
  uid?: number
  gid?: number
}

export interface RunResult {
  /** Exit code; null when it was killed, timed out or could not be started. */
  code: number | null
  stdout: string
  /** The last part of stdout and stderr together. */
  output: string
}

const KEPT_OUTPUT = 16_384
const running = new Set<ChildProcess>()

/** Ends the commands that run now: what comes after a failure beside them would be waited for in vain. */
export function stopCommands(): void {
  for (const child of running) child.kill()
}

/** Runs a command to its end. A command that is missing or fails is a result, not an exception. */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    })
    running.add(child)
    let stdout = ''
    let output = ''
    const timer =
      options.timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), options.timeoutMs)
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT)
    })
    function finish(code: number | null): void {
      clearTimeout(timer)
      running.delete(child)
      resolve({ code, stdout, output })
    }
    child.on('error', (error) => {
      output += error.message
      finish(null)
    })
    child.on('close', finish)
  })
}

/** Runs a command that must succeed; `what` begins the sentence of its failure ("Building daprd"). */
export async function must(what: string, command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const result = await run(command, args, options)
  if (result.code === 0) return result.stdout
  throw new ProvisionError(explain(what, `${command} ${args[0] ?? ''}`.trim(), result.output))
}

function explain(what: string, command: string, output: string): string {
  if (/no space left on device|ENOSPC|disk quota exceeded/i.test(output)) {
    return `${what} failed because a disk is full: free some space and start again.`
  }
  const offline =
    /could not resolve|no such host|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|network is unreachable|connection refused|temporary failure|dial tcp|i\/o timeout|unknown host/i
  if (offline.test(output)) {
    return `${what} failed because \`${command}\` could not reach its package registry: connect to a network, or set up its mirror, and start again.\n${lastLines(output, 3)}`
  }
  return `${what} failed: \`${command}\` said:\n${lastLines(output, 12)}`
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}

/** The path of an executable, searched in PATH; undefined where there is none. */
export function which(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue
    for (const suffix of suffixes) {
      const path = join(folder, name + suffix)
      if (isExecutable(path)) return path
    }
  }
  return undefined
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
