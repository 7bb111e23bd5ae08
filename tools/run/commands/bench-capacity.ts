import { join, resolve } from 'node:path'
import { definitions, flagOf } from '../../../bench/capacity/parameters.ts'
import type { Command, Flag } from '../command.ts'
import { runInForeground } from '../foreground.ts'
import { openHome, root } from '../home.ts'

const abouts = {
  plan: 'What a deployment for so many people needs, and which part of it is full first.',
  simulate:
    'How late posts come in it, for one threshold between push and merge after the other, and which is cheapest.',
  capacity: 'Both for 10⁴, 10⁶ and 10⁸ people, into docs/capacity.md.',
}

const parameterFlags: Record<string, Flag> = Object.fromEntries(
  Object.entries(definitions).map(([name, { value, about }]) => [
    flagOf(name),
    { type: 'string', value: String(value), about: `${about[0]!.toUpperCase()}${about.slice(1)}.` },
  ]),
)

/** `npm run bench plan` and its like: they take files that benches have written. */
export const capacityCommands: Record<string, Command> = Object.fromEntries(
  Object.entries(abouts).map(([what, about]) => [what, capacityCommand(what, about)]),
)

function capacityCommand(what: string, about: string): Command {
  return {
    usage: '[bench.json …]',
    about: `${about}\nFrom what benches have measured (later files count before earlier ones; bench.json in the home where none is named).`,
    maxWords: 20,
    flags: {
      people: { type: 'string', value: '1e6', about: 'How many people there are; several are shown side by side.' },
      ...parameterFlags,
      out: { type: 'string', value: 'FILE', about: 'Where the result is written as JSON.' },
    },
    async run({ flags: { out, ...flags }, words }) {
      const options = {
        ...{ what, flags },
        files: words.length > 0 ? words.map((path) => resolve(path)) : [join(openHome().path, 'bench.json')],
        out: typeof out === 'string' ? resolve(out) : null,
        page: join(root, 'docs/capacity.md'),
      }
      return await runInForeground([join(root, 'bench/capacity/main.ts'), JSON.stringify(options)])
    },
  }
}
