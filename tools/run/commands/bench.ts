import { join } from 'node:path'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { runInForeground } from '../foreground.ts'
import { root } from '../home.ts'
import { urlOfRunning } from '../running.ts'

const subjects = ['web']

export const command: Command = {
  usage: 'web',
  about:
    'Measures a running system with the demo: the web app in Chromium as on a slow telephone, held against what it may take.',
  maxWords: 1,
  flags: {
    url: { type: 'string', value: 'URL', about: 'Of a gateway; that which runs from this home where nothing is said.' },
    runs: { type: 'string', value: '5', about: 'How often each page is loaded; the median counts.' },
  },
  async run({ flags, words: [subject] }) {
    if (!subject || !subjects.includes(subject)) throw new Failure(`Say what to measure: ${subjects.join(', ')}.`)
    const url = typeof flags['url'] === 'string' ? flags['url'] : await urlOfRunning('name a gateway: --url URL')
    const runs = typeof flags['runs'] === 'string' ? flags['runs'] : '5'
    return await runInForeground([join(root, `tests/${subject}/bench.ts`), url, runs])
  },
}
