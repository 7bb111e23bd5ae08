import type { Command } from '../command.ts'
import { callService, runningSystem, whereFlags } from '../running.ts'

export const command: Command = {
  usage: '',
  about:
    'Makes a new key that signs access tokens. The old one is still accepted until the last token of it has ended.',
  flags: whereFlags,
  async run({ flags }) {
    const answer = await callService(await runningSystem(flags), 'auth', 'POST', '/internal/keys/rotate', {})
    console.log(`The key is rotated: ${JSON.stringify(answer)}`)
  },
}
