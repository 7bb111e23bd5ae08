import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { system } from '../../setup/system.ts'
import { soon } from './soon.ts'

export interface OwnProcess {
  url: string
  stop: () => Promise<void>
}

/** A process of an app of the system, with its environment, started by a test. @param env what it has besides, or in place of that */
export async function startProcess(
  app: string,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<OwnProcess> {
  const child = spawn(process.execPath, ['src/main.ts'], {
    cwd: fileURLToPath(new URL(`../../../services/${app}`, import.meta.url)),
    stdio: 'ignore',
    env: { PATH: process.env['PATH'], ...system.environment(app), APP_PORT: String(port), ...env },
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const url = `http://127.0.0.1:${port}`
  async function stop(): Promise<void> {
    child.kill('SIGTERM')
    await exited
  }
  try {
    await soon(`${app} of this test is ready`, async () => (await fetch(`${url}/readyz`)).ok)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, stop }
}

/** In place of the system's own process of an app one with other settings, at the same address and sidecar, while `work` goes on. */
export async function withSettings(
  app: string,
  env: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  const [{ url }, sidecar] = await Promise.all([system.service(app), system.sidecar(app)])
  await system.stop(app)
  try {
    const own = await startProcess(app, Number(new URL(url).port), {
      DAPR_HTTP_PORT: new URL(sidecar.url).port,
      ...env,
    })
    try {
      await work()
    } finally {
      await own.stop()
    }
  } finally {
    await system.start(app)
    await system.waitReady([app])
  }
}
