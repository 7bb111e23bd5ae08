import { spawn } from 'node:child_process'
import { root } from './home.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a script with the pinned Node on this terminal; signals are passed on. Resolves with its exit code. */
export function runInForeground(
  args: string[],
  { cwd = root, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<number> {
  const child = spawn(process.execPath, args, { cwd, env: { ...process.env, ...env }, stdio: 'inherit' })
  function pass(signal: NodeJS.Signals): void {
    child.kill(signal)
  }
  for (const signal of signals) process.on(signal, pass)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(code ?? 1)
    })
  })
}
