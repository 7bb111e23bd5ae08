import type { Command } from '../command.ts'
import { callService, runningSystem } from '../running.ts'

export const command: Command = {
  usage: '',
  about:
    'Makes a new key that signs access tokens. The old one is still accepted until the last token of it has ended.',
  async run() {
    const answer = await callService(await runningSystem(), 'auth', 'POST', '/internal/keys/rotate', {})
    console.log(`The key is rotated: ${JSON.stringify(answer)}`)
  },
}
