import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { callService, runningSystem, whereFlags } from '../running.ts'

interface Progress {
  state: 'idle' | 'running' | 'done' | 'failed'
  read: number
  applied: number
  skipped: number
  at: Record<string, string>
  error: string | null
}

export const command: Command = {
  usage: '--service feed|notification --from 2026-01-01',
  about: "Rebuilds a service's projection from the kept events of the others, while it serves.",
  flags: {
    service: { type: 'string', value: 'NAME', about: 'Whose projection: feed or notification.' },
    from: {
      type: 'string',
      value: 'DATE',
      about: 'Begin with events of this day or time (2026-01-01, 2026-01-01T12:00:00Z).',
    },
    ...whereFlags,
  },
  async run({ flags }) {
    const service = flags['service']
    if (typeof service !== 'string')
      throw new Failure('Say whose projection: --service feed or --service notification.')
    const from = timeOf(flags['from'])
    const system = await runningSystem(flags)
    let progress = (await callService(system, service, 'POST', '/internal/replay', { from })) as Progress
    let shown = ''
    while (progress.state === 'running') {
      shown = print(progress, shown)
      await sleep(500)
      progress = (await callService(system, service, 'GET', '/internal/replay')) as Progress
    }
    print(progress, shown)
    if (progress.state !== 'done')
      throw new Failure(`The replay of ${service} did not end well: ${progress.error ?? progress.state}`)
    console.log(`The projection of ${service} is rebuilt from ${from}.`)
  },
}

function print({ read, applied, skipped, at }: Progress, shown: string): string {
  const places = Object.entries(at).map(([app, time]) => `${app} at ${time}`)
  const line = `  ${read} events read, ${applied} applied, ${skipped} skipped${places.length > 0 ? `; ${places.join(', ')}` : ''}`
  if (line !== shown) console.log(line)
  return line
}

function timeOf(text: unknown): string {
  if (typeof text !== 'string') throw new Failure('Say from when: --from 2026-01-01.')
  const time = new Date(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime())) {
    throw new Failure(`--from takes a day or a time such as 2026-01-01 or 2026-01-01T12:00:00Z, not "${text}".`)
  }
  return time.toISOString()
}
