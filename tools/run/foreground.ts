import { spawn } from 'node:child_process'
import { root } from './home.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a script with the pinned Node on this terminal; signals are passed on. Resolves with its exit code.
 * @param options.onError hears what it says on its standard error, which is shown all the same
 */
export function runInForeground(
  args: string[],
  {
    cwd = root,
    env = {},
    onError,
  }: { cwd?: string; env?: Record<string, string>; onError?: (text: string) => void } = {},
): Promise<number> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['inherit', 'inherit', onError ? 'pipe' : 'inherit'],
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text)
    onError?.(text)
  })
  function pass(signal: NodeJS.Signals): void {
    child.kill(signal)
  }
  for (const signal of signals) process.on(signal, pass)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(code ?? 1)
    })
  })
}
