import { join } from 'node:path'
import { hasDocker } from './docker.ts'
import { fromDocker, fromEnvironment } from './plans.ts'
import { exchange, untilReady } from './readiness.ts'
import { loopback, type ProvisionContext, type StorePlan } from './types.ts'

/**
 * Where mail goes. Search: DAGUERRE_SMTP_URL, Mailpit in Docker, the catcher of tools/mail. But for the first it is delivered to
 * nobody: `details.inbox` is the address of the page that shows it.
 */
export async function planMail(ctx: ProvisionContext): Promise<StorePlan> {
  const named = ctx.env['DAGUERRE_SMTP_URL']
  // It may want TLS and a password: auth will tell.
  if (named) return fromEnvironment({ name: 'mail', url: named, ready: () => Promise.resolve() })
  const [port, inboxPort] = [await ctx.port('mail'), await ctx.port('mail-inbox')]
  const inbox = `http://${loopback}:${inboxPort}`
  const rest = {
    name: 'mail',
    url: `smtp://${loopback}:${port}`,
    details: { inbox },
    ready: (timeoutMs: number) => untilReady(ctx, 'mail', timeoutMs, () => greets(port, inbox)),
  } as const
  if (await hasDocker(ctx)) {
    return fromDocker(ctx, rest, 'mail', {
      DAGUERRE_SMTP_PORT: String(port),
      DAGUERRE_INBOX_PORT: String(inboxPort),
    })
  }
  return {
    ...rest,
    source: 'a catcher',
    process: {
      name: 'mail',
      command: process.execPath,
      args: [
        join(import.meta.dirname, '..', 'mail', 'main.ts'),
        String(port),
        String(inboxPort),
        join(ctx.home, 'mail'),
      ],
    },
    prepare: () => Promise.resolve(),
  }
}

async function greets(port: number, inbox: string): Promise<void> {
  // It greets first, and does not like to be interrupted.
  await exchange(loopback, port, Buffer.alloc(0), (answer) => answer.toString().startsWith('220 '))
  const { status } = await fetch(`${inbox}/api/v1/messages`, { signal: AbortSignal.timeout(2000) })
  if (status !== 200) throw new Error(`the inbox answers ${status}`)
}
