import { join } from 'node:path'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { runInForeground } from '../foreground.ts'
import { root } from '../home.ts'

/** `npm run bench protocols`: it starts sidecars of its own, and needs no system. */
export const protocolsCommand: Command = {
  usage: '',
  about:
    'What an event or a call costs between an app and its sidecar: HTTP/1.1, h2c and gRPC, one by one, in bulk and by stream. About a minute a round.',
  flags: {
    rounds: { type: 'string', value: '3', about: 'How often each way is measured, in turn.' },
  },
  async run({ flags }) {
    const rounds = Number(flags['rounds'] ?? 3)
    if (!Number.isInteger(rounds) || rounds < 1) throw new Failure('--rounds takes a number from 1.')
    return await runInForeground([join(root, 'bench/protocols/main.ts'), JSON.stringify({ rounds })])
  },
}
