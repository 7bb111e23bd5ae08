import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Access, background } from './kubectl.ts'

interface Forward {
  child: ChildProcess
  port: Promise<number>
}

export interface Forwards {
  /** A port here that leads to a port of a pod (`pod/x`) or a service (`svc/x`). */
  to(target: string, port: number, namespace?: string): Promise<number>
  close(): void
}

/** Ports of this machine that lead into pods, through the API server. One that was broken is opened again when asked for. */
export function openForwards(access: Access): Forwards {
  const open = new Map<string, Forward>()
  function end(): void {
    for (const { child } of open.values()) child.kill('SIGKILL')
  }
  process.on('exit', end)

  function forward(target: string, port: number, namespace: string): Forward {
    const args = ['port-forward', `--namespace=${namespace}`, '--address=127.0.0.1', target, `:${port}`]
    const { child, lines } = background(access, 'kubectl', args)
    return { child, port: untilOpen(child, lines, target) }
  }
  return {
    async to(target, port, namespace = access.namespace) {
      const key = `${namespace}/${target}:${port}`
      const known = open.get(key)
      if (known && known.child.exitCode === null && known.child.signalCode === null) return await known.port
      const made = forward(target, port, namespace)
      open.set(key, made)
      return await made.port
    },
    close() {
      process.off('exit', end)
      end()
      open.clear()
    },
  }
}

async function untilOpen(child: ChildProcess, lines: string[], target: string): Promise<number> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const port = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(lines.join('\n'))?.[1]
    if (port) return Number(port)
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${target} cannot be reached through the cluster: ${lines.slice(-3).join(' ')}`)
    }
    await sleep(20)
  }
}
