import { join } from 'node:path'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { runInForeground } from '../foreground.ts'
import { root } from '../home.ts'
import { urlOfRunning } from '../running.ts'

export const command: Command = {
  usage: '',
  about:
    'The web app with hot reload, against the system that runs from this home or one that --api names. Ctrl-C stops it.',
  flags: {
    api: { type: 'string', value: 'URL', about: 'A gateway elsewhere: https://photos.example.org.' },
    port: { type: 'string', value: 'PORT', about: 'Where the app is shown; 5173 or the next that is free.' },
  },
  async run({ flags }) {
    const api = typeof flags['api'] === 'string' ? flags['api'] : await urlOfRunning('name a gateway: --api URL')
    if (!URL.canParse(api))
      throw new Failure(`--api is "${api}" and must be an address, such as http://localhost:8080.`)
    const port = typeof flags['port'] === 'string' ? ['--port', flags['port'], '--strictPort'] : []
    console.log(`The API is that of ${api}.`)
    const folder = join(root, 'services/web')
    await runInForeground([join(folder, 'node_modules/vite/bin/vite.js'), ...port], {
      cwd: folder,
      env: { DAGUERRE_URL: api },
    })
  },
}
