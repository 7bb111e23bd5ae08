import type { Command } from '../command.ts'
import { viewOf } from '../control.ts'
import { openHome } from '../home.ts'
import { proportionalSetBytes } from '../process-table.ts'

export const command: Command = {
  usage: '',
  about: 'Shows each process of the running system: id, ports, whether it is ready, restarts, memory.',
  flags: { json: { type: 'boolean', about: 'The same for programs.' } },
  async run({ flags }) {
    const home = openHome()
    const view = await viewOf(home)
    if (!view) {
      console.log(flags['json'] ? 'null' : `Nothing runs from ${home.path}. Start it with: npm start`)
      return 1
    }
    const processes = view.processes.map((process) => ({
      ...process,
      bytes: process.pid === null ? undefined : proportionalSetBytes(process.pid),
    }))
    if (flags['json']) {
      console.log(JSON.stringify({ ...view, processes }, null, 2))
      return 0
    }
    const rows = processes.map(({ name, phase, pid, ports, ready, restarts, bytes }) => [
      name,
      phase === 'running' ? (ready ? 'ready' : 'not ready') : phase,
      pid === null ? '-' : String(pid),
      Object.values(ports).join(' ') || '-',
      String(restarts),
      bytes === undefined ? '-' : mebibytes(bytes),
    ])
    print([['process', 'state', 'pid', 'ports', 'restarts', 'memory'], ...rows])
    const total = processes.reduce((sum, { bytes = 0 }) => sum + bytes, 0)
    console.log(`\n${view.url} is ${view.phase} since ${view.startedAt}; ${mebibytes(total)} of memory together (PSS).`)
    return processes.every(({ ready }) => ready) ? 0 : 1
  },
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`
}

function print(rows: string[][]): void {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}
