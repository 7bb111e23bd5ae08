import { Failure } from './failure.ts'
import type { App, Manifest } from './manifest.ts'
import { choosePort, isFree } from './ports.ts'
import { listenerOn } from './listener.ts'

/** One process of an app with its sidecar; the second of `post` is `post-2`. */
export interface Instance {
  name: string
  app: App
  port: number
  sidecar: { name: string; httpPort: number; grpcPort: number; internalGrpcPort: number; metricsPort: number } | null
}

const standardPort = 8080

/** Gives every instance its ports: those of dapr.yaml moved by (port − 8080), or free ones where one is taken. */
export async function placeInstances(
  manifest: Manifest,
  port: number,
  scale: Record<string, number>,
): Promise<Instance[]> {
  const unknown = Object.keys(scale).find((id) => !manifest.apps.some((app) => app.id === id))
  if (unknown) {
    throw new Failure(
      `--scale: there is no service "${unknown}". There are: ${manifest.apps.map(({ id }) => id).join(', ')}.`,
    )
  }
  const instances: Instance[] = []
  for (const app of manifest.apps) {
    for (let number = 1; number <= (scale[app.id] ?? 1); number++) {
      // Later instances begin at ports that no block of dapr.yaml has.
      const shift = port - standardPort + (number - 1) * 20
      const name = number === 1 ? app.id : `${app.id}-${number}`
      const isDoor = app.port === standardPort
      if (isDoor && number > 1) throw new Failure(`--scale: ${app.id} is the one door and runs once.`)
      instances.push({
        name,
        app,
        port: isDoor ? await needPort(port) : await choosePort(app.port + shift),
        sidecar: app.sidecar && {
          name: `${name}-sidecar`,
          httpPort: await choosePort(app.sidecar.httpPort + shift),
          grpcPort: await choosePort(app.sidecar.grpcPort + shift),
          internalGrpcPort: await choosePort(app.sidecar.internalGrpcPort + shift),
          metricsPort: await choosePort(app.sidecar.metricsPort + shift),
        },
      })
    }
  }
  return instances
}

async function needPort(port: number): Promise<number> {
  if (await isFree(port)) return port
  const owner = listenerOn(port)
  throw new Failure(
    `Port ${port} is taken${owner ? ` by ${owner}` : ''}. End that, or choose another port: DAGUERRE_PORT=${port + 10} npm start`,
  )
}
