import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lastLines } from './commands.ts'
import { ProvisionError, type ProvisionContext } from './types.ts'

/** Tries until `attempt` succeeds; after `timeoutMs` says why it did not, with the end of the process's log. */
export async function untilReady(
  ctx: ProvisionContext,
  name: string,
  timeoutMs: number,
  attempt: () => Promise<void>,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    try {
      await attempt()
      return
    } catch (error) {
      if (Date.now() >= deadline) throw new ProvisionError(await notReady(ctx, name, timeoutMs, error))
    }
    await sleep(50)
  }
}

async function notReady(ctx: ProvisionContext, name: string, timeoutMs: number, error: unknown): Promise<string> {
  const reason = error instanceof Error ? error.message || error.name : String(error)
  const log = await readFile(join(ctx.home, 'logs', `${name}.log`), 'utf8').catch(() => '')
  const tail = log.trim() === '' ? '' : `\nThe end of its log:\n${lastLines(log, 8)}`
  return `${name} did not answer within ${Math.round(timeoutMs / 1000)} s (${reason}).${tail}`
}

/** Sends bytes and resolves with what comes back as soon as `complete` is content with it. */
export function exchange(
  host: string,
  port: number,
  request: Buffer,
  complete: (answer: Buffer) => boolean,
  timeoutMs = 2000,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let answer: Buffer = Buffer.alloc(0)
    const socket: Socket = connect({ host, port }, () => socket.write(request))
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer on port ${port}`)))
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      if (!complete(answer)) return
      socket.end()
      resolve(answer)
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error(`the connection to port ${port} was closed`)))
  })
}

export function accepts(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => {
      socket.destroy()
      resolve()
    })
    socket.setTimeout(2000, () => socket.destroy(new Error(`no answer on port ${port}`)))
    socket.on('error', reject)
  })
}
