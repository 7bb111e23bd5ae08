import { Failure } from './failure.ts'
import type { SystemView } from './control.ts'
import { viewOf } from './control.ts'
import { type Home, openHome } from './home.ts'
import { readState } from './supervisor.ts'

/** The system that runs from this home. */
export async function runningSystem(): Promise<{ home: Home; view: SystemView }> {
  const home = openHome()
  const view = await viewOf(home)
  if (!view) throw new Failure(`Nothing runs from ${home.path}. Start it with: npm start`)
  return { home, view }
}

/**
 * Calls an internal route of a service as its sidecar would, with the token of this home. For work of an operator,
 * which no other service may ask for through Dapr.
 */
export async function callService(
  { home, view }: { home: Home; view: SystemView },
  service: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const port = view.processes.find(({ name, kind }) => name === service && kind === 'service')?.ports['port']
  const token = readState(home).environments?.[service]?.['APP_API_TOKEN']
  if (!port || !token) throw new Failure(`There is no service "${service}". There are: ${servicesOf(view).join(', ')}.`)
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers: { 'dapr-api-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (response.ok) return text === '' ? null : JSON.parse(text)
  throw new ServiceRefusal(
    service,
    response.status,
    `${service} answers ${method} ${path} with ${response.status}: ${text.slice(0, 500)}`,
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

/** Names of services, each once however many instances it has. */
export function servicesOf(view: SystemView): string[] {
  return view.processes.filter(({ kind, name }) => kind === 'service' && !/-\d+$/.test(name)).map(({ name }) => name)
}
