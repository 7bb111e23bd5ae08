import { join } from 'node:path'
import type { Command } from '../command.ts'
import { runInForeground } from '../foreground.ts'
import { root } from '../home.ts'
import { urlOfRunning } from '../running.ts'

export const command: Command = {
  usage: '[part of a name …]',
  about: 'Makes docs/screenshots anew, or some of them, from a running system with the demo (npm start -- --demo).',
  maxWords: 100,
  flags: {
    url: { type: 'string', value: 'URL', about: 'Of a gateway; that which runs from this home where nothing is said.' },
  },
  async run({ flags, words }) {
    const url = typeof flags['url'] === 'string' ? flags['url'] : await urlOfRunning('name a gateway: --url URL')
    return await runInForeground([join(root, 'tests/web/screenshots.ts'), url, ...words])
  },
}
