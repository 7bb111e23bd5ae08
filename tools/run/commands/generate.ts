import type { Command } from '../command.ts'
import { generate } from '../generated.ts'

export const command: Command = {
  usage: '',
  about: 'Writes the files that are made from others: access control from the internal routes, documents.',
  async run() {
    const paths = await generate()
    console.log(paths.length === 0 ? 'Everything is current.' : paths.join('\n'))
  },
}
