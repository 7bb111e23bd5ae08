import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { openHome } from '../home.ts'
import { readable } from '../logs.ts'

export const command: Command = {
  usage: '[service …]',
  about: 'Prints the logs of all processes, or of those named ("post", "post-sidecar", "postgres").',
  maxWords: 30,
  flags: {
    follow: { type: 'boolean', short: 'f', about: 'Go on with what comes.' },
    lines: {
      type: 'string',
      short: 'n',
      value: 'COUNT',
      about: 'So many last lines of each; 20 where nothing is said.',
    },
    raw: { type: 'boolean', about: 'Lines as they are, for other programs.' },
  },
  async run({ flags, words }) {
    const { logs } = openHome()
    const names = existsSync(logs) ? readdirSync(logs).flatMap((file) => /^(.*)\.log$/.exec(file)?.[1] ?? []) : []
    const unknown = words.find((word) => !names.includes(word))
    if (unknown)
      throw new Failure(`There is no log of "${unknown}". There are: ${names.toSorted().join(', ') || 'none yet'}.`)
    const lines = Number(flags['lines'] ?? 20)
    if (!Number.isInteger(lines) || lines < 0) throw new Failure('--lines takes a whole number.')
    const chosen = words.length > 0 ? words : names.toSorted()
    const width = Math.max(0, ...chosen.map((name) => name.length))
    const readers = chosen.map((name) => new Reader(join(logs, `${name}.log`)))
    function print(index: number, text: string[]): void {
      const prefix = chosen.length > 1 ? `${(chosen[index] ?? '').padEnd(width)}  ` : ''
      for (const line of text) console.log(prefix + (flags['raw'] ? line : readable(line)))
    }
    readers.forEach((reader, index) => print(index, lines === 0 ? (reader.read(), []) : reader.read().slice(-lines)))
    while (flags['follow']) {
      readers.forEach((reader, index) => print(index, reader.read()))
      await sleep(200)
    }
  },
}

/** Whole lines that were written since the last read; begins anew when the file was put aside or emptied. */
class Reader {
  #path: string
  #offset = 0
  #inode = 0
  #rest = ''

  constructor(path: string) {
    this.#path = path
  }

  read(): string[] {
    if (!existsSync(this.#path)) return []
    const file = openSync(this.#path, 'r')
    try {
      const { size, ino } = statSync(this.#path)
      if (ino !== this.#inode || size < this.#offset) {
        this.#offset = 0
        this.#rest = ''
        this.#inode = ino
      }
      const buffer = Buffer.alloc(Math.min(size - this.#offset, 4 * 1024 * 1024))
      const length = readSync(file, buffer, 0, buffer.length, this.#offset)
      this.#offset += length
      const lines = (this.#rest + buffer.toString('utf8', 0, length)).split('\n')
      this.#rest = lines.pop() ?? ''
      return lines.filter(Boolean)
    } finally {
      closeSync(file)
    }
  }
}
