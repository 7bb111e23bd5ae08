import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { daprdSpec, ensureDapr, planSentry, type ProvisionContext } from '../../tools/provision/index.ts'
import { namespace, trustDomain } from '../../tools/run/access-control.ts'
import { choosePort } from '../../tools/run/ports.ts'

const token = 'the-token-of-the-stranger'

/** A sidecar with a local system's certificate authority and name resolution, whose app id no access list names. */
export async function startStranger(
  home: string,
  appId: string,
  sentryPort: number,
): Promise<{ url: string; token: string; close(): Promise<void> }> {
  const ctx: ProvisionContext = {
    home,
    env: process.env,
    report: () => {},
    port: async (name) => (name === 'sentry' ? sentryPort : await choosePort(33_000)),
  }
  const dapr = await ensureDapr(ctx)
  const httpPort = await choosePort(33_100)
  const spec = daprdSpec({
    daprd: dapr.daprd,
    appId,
    appPort: null,
    httpPort,
    grpcPort: await choosePort(33_200),
    internalGrpcPort: await choosePort(33_300),
    metricsPort: await choosePort(33_400),
    configFiles: [join(home, 'run', 'configuration.yaml')],
    resourcesPaths: [],
    apiToken: token,
    sentry: await planSentry(ctx, { sentry: dapr.sentry, trustDomain, namespace }),
  })
  const child = spawn(spec.command, spec.args, { env: { PATH: process.env['PATH'], ...spec.env }, stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  async function close(): Promise<void> {
    child.kill('SIGKILL')
    await ended
  }
  const url = `http://127.0.0.1:${httpPort}`
  const deadline = performance.now() + 40_000
  for (;;) {
    const answer = await fetch(`${url}/v1.0/healthz/outbound`).catch(() => null)
    if (answer?.ok) return { url, token, close }
    if (performance.now() > deadline) {
      await close()
      throw new Error(`The sidecar of ${appId} did not come up.`)
    }
    await sleep(100)
  }
}
