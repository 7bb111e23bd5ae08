import type { Command, Input } from '../command.ts'
import { Failure } from '../failure.ts'
import { openHome } from '../home.ts'
import { stopCommands } from '../../provision/commands.ts'
import { callService, runningSystem } from '../running.ts'
import { startSystem, type System } from '../system.ts'
import { prepareDemo } from '../../demo/demo.ts'

export const command: Command = {
  usage: '',
  about: 'Starts everything and runs until Ctrl-C. DAGUERRE_PORT moves it to other ports, DAGUERRE_HOME to other data.',
  flags: {
    pubsub: { type: 'string', value: 'redis|kafka', about: 'The broker of events; redis where nothing is said.' },
    'until-stdin-ends': {
      type: 'boolean',
      about: 'Stop when standard input ends: for a program that starts this one.',
    },
    demo: { type: 'boolean', about: 'Fill it with a small community once it runs, and tell a login.' },
    scale: { type: 'string', multiple: true, value: 'post=2,feed=2', about: 'Run several instances of a service.' },
  },
  async run(input) {
    const began = performance.now()
    const abort = new AbortController()
    const home = openHome()
    const port = portOf(process.env['DAGUERRE_PORT'])
    function report(message: string): void {
      console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${message}`)
    }
    let system: System | undefined
    const ended = untilSignal(Boolean(input.flags['until-stdin-ends']), (impatient) => {
      // A build in work would go on for minutes without us.
      stopCommands()
      if (impatient) return system ? system.hasten() : process.exit(1)
      console.log('\nStopping (Ctrl-C again: at once) …')
      abort.abort(new Failure('Stopped before everything was ready.'))
    })
    // The terminal may be gone before the system is.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
    process.on('uncaughtException', (error) => {
      console.error('The runner is broken and stops everything:', error)
      process.exitCode = 1
      if (system) void system.stop().finally(() => process.exit(1))
      else abort.abort(error)
    })
    const demo = input.flags['demo'] ? prepareDemo(home) : null
    const options = { home, port, broker: brokerOf(input), scale: scaleOf(input), report }
    system = await startSystem(options, abort.signal)
    printTable(system, home.logs, (performance.now() - began) / 1000)
    await printFirstAdmin()
    await demo?.fill(`http://127.0.0.1:${port}`, abort.signal, report)
    await ended
    await system.stop()
    console.log('Stopped.')
    process.stdin.destroy()
    return 0
  },
}

/** There is no default password: who holds this link makes their own account admin. */
async function printFirstAdmin(): Promise<void> {
  const answer = await callService(await runningSystem({}), 'auth', 'POST', '/internal/first-admin')
  const { link } = answer as { link: string | null }
  if (link !== null)
    console.log(`Nobody is admin yet. Who opens this signed in becomes it, once and within 24 hours:\n  ${link}\n`)
}

/**
 * Resolves at the first signal to end. One Ctrl-C comes several times: from the terminal, from npm and from the
 * bootstrap; a second one by a person comes later.
 */
function untilSignal(heedsStdin: boolean, handle: (impatient: boolean) => void): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined
    function end(): void {
      if (first !== undefined && performance.now() - first < 700) return
      handle(first !== undefined)
      first ??= performance.now()
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
    if (heedsStdin) process.stdin.once('close', end).resume()
  })
}

function portOf(text: string | undefined): number {
  if (!text) return 8080
  const port = Number(text)
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port
  throw new Failure(`DAGUERRE_PORT is "${text}" and must be a port number from 1 to 65535.`)
}

function brokerOf({ flags }: Input): 'redis' | 'kafka' {
  const broker = flags['pubsub'] ?? 'redis'
  if (broker === 'redis' || broker === 'kafka') return broker
  throw new Failure(`--pubsub takes redis or kafka, not "${String(broker)}".`)
}

function scaleOf({ flags }: Input): Record<string, number> {
  const texts = (flags['scale'] as string[] | undefined) ?? []
  return Object.fromEntries(
    texts
      .flatMap((text) => text.split(','))
      .map((text) => {
        const [, app = '', count] = /^([a-z][a-z0-9-]*)=([1-9]\d?)$/.exec(text.trim()) ?? []
        if (!app) throw new Failure(`--scale takes service=number, such as post=2, not "${text}".`)
        return [app, Number(count)]
      }),
  )
}

function printTable({ url, stores, instances }: System, logs: string, seconds: number): void {
  const traces = process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] || process.env['OTEL_EXPORTER_ZIPKIN_ENDPOINT']
  const ports = instances.map(({ port }) => port)
  const rows = [
    ['Web app', url],
    ['API', `${url}/api/v1`],
    ['Documentation', `${url}/docs`],
    ['Mail', stores.mail?.details?.['inbox'] ?? 'goes out through DAGUERRE_SMTP_URL'],
    ['Metrics', `http://127.0.0.1:<port>/metrics, ports ${ports.join(' ')}`],
    ['Traces', traces ?? 'off; OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_ZIPKIN_ENDPOINT says where to'],
    ['Logs', logs],
    [
      'Stores',
      Object.entries(stores)
        .map(([role, { source }]) => `${role}: ${source}`)
        .join(', '),
    ],
    ['Try', `curl -s ${url}/api/v1/feed`],
  ]
  console.log(`\nDaguerre is ready after ${seconds.toFixed(1)} s. Ctrl-C stops it.\n`)
  for (const [name = '', value] of rows) console.log(`  ${name.padEnd(14)} ${value}`)
  console.log()
}
