import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { Failure } from './failure.ts'

export interface Flag {
  type: 'string' | 'boolean'
  short?: string
  multiple?: boolean
  /** What stands behind the flag in --help: "redis|kafka". */
  value?: string
  about: string
}

export interface Input {
  flags: Record<string, string | boolean | string[] | undefined>
  words: string[]
}

export interface Command {
  /** Behind `npm run <name> --`. */
  usage: string
  about: string
  flags?: Record<string, Flag>
  /** Those that a first word names, with flags of their own. */
  commands?: Record<string, Command>
  /** How many words without a dash it takes; none where nothing is said. */
  maxWords?: number
  /** Resolves with the exit code; none is 0. */
  run: (input: Input) => Promise<number | void>
}

export async function runCommand(name: string, command: Command, args: string[]): Promise<number> {
  const [word = '', ...rest] = args
  const named = Object.hasOwn(command.commands ?? {}, word) ? command.commands?.[word] : undefined
  if (named) return await runCommand(`${name} ${word}`, named, rest)
  const flags: Record<string, Flag> = { ...command.flags, help: { type: 'boolean', short: 'h', about: 'This text.' } }
  const input = parse(name, command, flags, args)
  if (input.flags['help']) {
    console.log(helpFor(name, command, flags))
    return 0
  }
  return (await command.run(input)) ?? 0
}

function parse(name: string, command: Command, flags: Record<string, Flag>, args: string[]): Input {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    Object.entries(flags).map(([flag, { type, short, multiple = false }]) => [
      flag,
      { type, multiple, ...(short === undefined ? {} : { short }) },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true, strict: true })
    if (positionals.length > (command.maxWords ?? 0)) {
      throw new Failure(`${name} does not take "${positionals[command.maxWords ?? 0]}". See: ${spelled(name)} --help`)
    }
    return { flags: values as Input['flags'], words: positionals }
  } catch (error) {
    if (error instanceof Failure) throw error
    const reason = (error as Error).message.split('. ')[0]?.replace(/\.$/, '')
    throw new Failure(`${reason}. See: ${spelled(name)} --help`)
  }
}

function spelled(name: string): string {
  return name === 'start' || name === 'test' ? `npm ${name} --` : `npm run ${name} --`
}

function helpFor(name: string, command: Command, flags: Record<string, Flag>): string {
  const rows = Object.entries(flags).map(([flag, { short, value, about }]) => [
    `  ${short ? `-${short}, ` : ''}--${flag}${value ? ` ${value}` : ''}`,
    about,
  ])
  const width = Math.max(...rows.map(([left]) => left?.length ?? 0)) + 2
  const lines = rows.map(([left = '', right]) => left.padEnd(width) + right)
  return [`${spelled(name)} ${command.usage}`.trimEnd(), '', command.about, '', ...lines].join('\n')
}
