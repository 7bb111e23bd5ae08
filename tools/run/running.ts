import { type Access, list, type Pod, tool } from '../cluster/kubectl.ts'
import type { Flag } from './command.ts'
import { viewOf } from './control.ts'
import { Failure } from './failure.ts'
import { openHome } from './home.ts'
import { readState } from './supervisor.ts'

type Method = 'GET' | 'POST'

/** A system that an operator's commands speak to: one that runs from this home, or a release in a cluster. */
export interface Running {
  /** Names of services, each once however many instances it has. */
  services: string[]
  /** What a service's internal route answers; always the same instance of it. */
  ask(service: string, method: Method, path: string, body?: unknown): Promise<{ status: number; text: string }>
}

/** Of commands that speak to a running system. */
export const whereFlags: Record<string, Flag> = {
  namespace: {
    type: 'string',
    value: 'NAME',
    about: 'Of a release in the cluster of KUBECONFIG, in place of what runs from this home; or DAGUERRE_NAMESPACE.',
  },
  release: { type: 'string', value: 'NAME', about: 'Its name; or DAGUERRE_RELEASE; daguerre where nothing is said.' },
}

export async function runningSystem(flags: Record<string, unknown>): Promise<Running> {
  const namespace = textOf(flags['namespace']) ?? process.env['DAGUERRE_NAMESPACE']
  const release = textOf(flags['release']) ?? process.env['DAGUERRE_RELEASE'] ?? 'daguerre'
  return namespace ? await releaseIn({ env: process.env, namespace }, release) : await localSystem()
}

function textOf(flag: unknown): string | undefined {
  return typeof flag === 'string' && flag !== '' ? flag : undefined
}

/** Where the gateway of what runs from this home is. @throws Failure with what else one can do where nothing does */
export async function urlOfRunning(otherwise: string): Promise<string> {
  const home = openHome()
  const view = await viewOf(home)
  if (view) return view.url
  throw new Failure(`Nothing runs from ${home.path}. Start it with npm start, or ${otherwise}`)
}

async function localSystem(): Promise<Running> {
  const home = openHome()
  const view = await viewOf(home)
  if (!view) throw new Failure(`Nothing runs from ${home.path}. Start it with: npm start`)
  const services = view.processes.filter(({ kind }) => kind === 'service')
  return {
    services: services.map(({ name }) => name).filter((name) => !/-\d+$/.test(name)),
    async ask(service, method, path, body) {
      const port = services.find(({ name }) => name === service)?.ports['port']
      const token = readState(home).environments?.[service]?.['APP_API_TOKEN']
      if (!port || !token) throw new Failure(`${service} has no internal routes.`)
      const response = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        headers: { 'dapr-api-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, text: await response.text() }
    },
  }
}

/** From inside of a pod, as nobody else may ask: the chart's network lets internal routes be reached by sidecars only. */
async function releaseIn(access: Access, release: string): Promise<Running> {
  const labels = [`app.kubernetes.io/instance=${release}`, 'app.kubernetes.io/component=service']
  const pods = await list<Pod>(access, 'pods', '-l', labels.join(','))
  // What has no sidecar has no internal routes.
  const running = pods.filter(
    ({ metadata, status }) =>
      status.phase === 'Running' && !metadata.deletionTimestamp && metadata.annotations?.['dapr.io/enabled'] === 'true',
  )
  const byService = Map.groupBy(running, ({ metadata }) => metadata.labels?.['app.kubernetes.io/name'] ?? '')
  if (byService.size === 0) {
    throw new Failure(`No pods of the release ${release} run in the namespace ${access.namespace}.`)
  }
  return {
    services: [...byService.keys()].toSorted(),
    async ask(service, method, path, body) {
      const pod = byService.get(service)?.[0]?.metadata.name ?? ''
      const call = ['node', 'dist/call.js', method, path, ...(body === undefined ? [] : [JSON.stringify(body)])]
      const exec = ['exec', `--namespace=${access.namespace}`, pod, '-c', service, '--', ...call]
      const { code, stdout, stderr } = await tool(access, 'kubectl', exec)
      if (code === 0) return { status: 200, text: stdout }
      const status = /^(\d{3}) /m.exec(stderr)?.[1]
      if (!status) throw new Failure(`${service} could not be asked in ${pod}: ${stderr.trim()}`)
      return { status: Number(status), text: stdout }
    },
  }
}

/**
 * Calls an internal route of a service as its sidecar would, with the token of that service. For work of an operator,
 * which no other service may ask for through Dapr.
 */
export async function callService(
  system: Running,
  service: string,
  method: Method,
  path: string,
  body?: unknown,
): Promise<unknown> {
  if (!system.services.includes(service)) {
    throw new Failure(`There is no service "${service}". There are: ${system.services.join(', ')}.`)
  }
  const { status, text } = await system.ask(service, method, path, body)
  if (status < 300) return text.trim() === '' ? null : JSON.parse(text)
  throw new ServiceRefusal(
    service,
    status,
    `${service} answers ${method} ${path} with ${status}: ${text.trim().slice(0, 500)}`,
  )
}

export class ServiceRefusal extends Failure {
  override name = 'ServiceRefusal'
  service: string
  status: number

  constructor(service: string, status: number, message: string) {
    super(message)
    this.service = service
    this.status = status
  }
}
