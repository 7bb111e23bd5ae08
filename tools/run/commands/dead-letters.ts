import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { callService, runningSystem, ServiceRefusal, whereFlags } from '../running.ts'

interface DeadLetter {
  id: string
  topic: string
  type: string | null
  eventId: string | null
  reason: string | null
  receivedAt: string
  body: string
}

interface Redriven {
  redriven: number
  failed: { id: string; reason: string }[]
}

export const command: Command = {
  usage: '[list|redrive] [id …]',
  about: 'Lists the events that a service could not handle, or has them handled again: all, or those named.',
  maxWords: 1000,
  flags: {
    service: { type: 'string', value: 'NAME', about: 'Of one service; of all where nothing is said.' },
    json: { type: 'boolean', about: 'For programs, with the whole events.' },
    ...whereFlags,
  },
  async run({ flags, words }) {
    const [action = 'list', ...ids] = words
    if (action !== 'list' && action !== 'redrive')
      throw new Failure(`dead-letters knows list and redrive, not "${action}".`)
    const system = await runningSystem(flags)
    const only = flags['service']
    const services = typeof only === 'string' ? [only] : system.services
    const found: { service: string; letters: DeadLetter[] }[] = []
    for (const service of services) {
      try {
        const { items } = (await callService(system, service, 'GET', '/internal/dead-letters')) as {
          items: DeadLetter[]
        }
        found.push({ service, letters: items })
      } catch (error) {
        // One that listens to nothing has no such route.
        if (!(error instanceof ServiceRefusal && error.status === 404) || only) throw error
      }
    }
    if (action === 'list') return print(found, Boolean(flags['json']))
    let failures = 0
    for (const { service, letters } of found) {
      const chosen = letters.map(({ id }) => id).filter((id) => ids.length === 0 || ids.includes(id))
      if (chosen.length === 0) continue
      const result = (await callService(system, service, 'POST', '/internal/dead-letters/redrive', {
        ids: chosen,
      })) as Redriven
      console.log(`${service}: ${result.redriven} handled, ${result.failed.length} failed again`)
      for (const { id, reason } of result.failed) console.log(`  ${id}: ${reason}`)
      failures += result.failed.length
    }
    if (found.every(({ letters }) => letters.length === 0)) console.log('There are no dead letters.')
    return failures === 0 ? 0 : 1
  },
}

function print(found: { service: string; letters: DeadLetter[] }[], json: boolean): void {
  if (json) return console.log(JSON.stringify(found, null, 2))
  for (const { service, letters } of found) {
    for (const { id, topic, type, eventId, reason, receivedAt } of letters) {
      console.log(
        `${service}  ${id}  ${receivedAt}  ${topic}  ${type ?? '-'}  ${eventId ?? '-'}\n    ${reason ?? 'no reason is known'}`,
      )
    }
  }
  if (found.every(({ letters }) => letters.length === 0)) console.log('There are no dead letters.')
}
