import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../command.ts'
import { openHome } from '../home.ts'
import { holderOf } from '../lock.ts'
import { isAlive, signalProcess } from '../process-table.ts'
import { endLeftovers } from '../supervisor.ts'

export const command: Command = {
  usage: '',
  about: 'Stops what `npm start` runs from this home, and what an earlier run that was killed has left.',
  async run() {
    const home = openHome()
    const holder = holderOf(home)
    if (holder) {
      console.log(`Stopping Daguerre at ${holder.url} …`)
      signalProcess(holder.pid, 'SIGTERM')
      const deadline = performance.now() + 60_000
      while (isAlive(holder)) {
        if (performance.now() > deadline) {
          signalProcess(holder.pid, 'SIGKILL')
          break
        }
        await sleep(50)
      }
    }
    const left = await endLeftovers(home)
    if (left.length > 0) console.log(`Ended what was left behind: ${left.join(', ')}.`)
    console.log(holder || left.length > 0 ? 'Stopped.' : `Nothing runs from ${home.path}.`)
  },
}
