import { z } from 'zod'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { callService, runningSystem, whereFlags } from '../running.ts'

const verification = z.object({
  entries: z.int(),
  head: z.string(),
  fault: z.object({ sequence: z.int(), what: z.string() }).nullable(),
})

const faults: Record<string, string> = {
  missing: 'is not there',
  changed: 'is not what was written, or not where',
  head_not_found: 'would come next, and the head was not found before it: the end of the log has been cut off',
}

export const command: Command = {
  usage: '',
  about: 'Checks the audit log from its first entry to its last, and names the first one that is wrong.',
  flags: {
    ...whereFlags,
    head: {
      type: 'string',
      value: 'HASH',
      about: 'What an earlier check said was the head: only by it is it seen that the end was cut off.',
    },
  },
  async run({ flags }) {
    const body = typeof flags['head'] === 'string' ? { head: flags['head'] } : {}
    const answer = await callService(await runningSystem(flags), 'moderation', 'POST', '/internal/audit/verify', body)
    const { entries, head, fault } = verification.parse(answer)
    if (fault)
      throw new Failure(`Entry ${fault.sequence} ${faults[fault.what] ?? fault.what}. Those before it are right.`)
    console.log(`All ${entries} entries are right. Keep the head elsewhere: ${head}`)
  },
}
