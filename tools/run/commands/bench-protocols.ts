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
    bulk: { type: 'string', value: '100', about: 'Most events in one call or delivery; kit takes 100.' },
  },
  async run({ flags }) {
    const [rounds, bulk] = [Number(flags['rounds'] ?? 3), Number(flags['bulk'] ?? 100)]
    if (![rounds, bulk].every((number) => Number.isInteger(number) && number > 0)) {
      throw new Failure('--rounds and --bulk take numbers from 1.')
    }
    return await runInForeground([join(root, 'bench/protocols/main.ts'), JSON.stringify({ rounds, bulk })])
  },
}
