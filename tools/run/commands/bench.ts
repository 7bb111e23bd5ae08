import { join, resolve } from 'node:path'
import type { Command, Input } from '../command.ts'
import { Failure } from '../failure.ts'
import { runInForeground } from '../foreground.ts'
import { openHome, root } from '../home.ts'
import { urlOfRunning } from '../running.ts'
import { capacityCommands } from './bench-capacity.ts'
import { protocolsCommand } from './bench-protocols.ts'

/** Letters and names of bench/workloads, growth and sizes: said again here, since to load them takes seconds. */
export const workloads: Readonly<Record<string, string>> = {
  ...{ a: 'post-by-id', b: 'home-feed', c: 'global-feed', d: 'profile', e: 'like', f: 'comment', g: 'create-post' },
  ...{ h: 'sign-in', i: 'mixed', j: 'fan-out', k: 'events', l: 'media', m: 'growth' },
  ...{ n: 'merge', o: 'sizes', p: 'rebuild' },
}
const names = [...Object.keys(workloads), ...Object.values(workloads)]

export const command: Command = {
  usage: 'web | all | <workload …> | protocols | plan | simulate | capacity | --compare before.json after.json',
  about: [
    'Measures. "web": the web app of a running system with the demo, in Chromium as on a slow telephone, held against what it',
    'may take. Else a whole system of its own with generated data, under load, and beside it a plain baseline:',
    '',
    ...Object.entries(workloads).map(([letter, name]) => `  ${letter}  ${name}`),
    '',
    'Sidecars alone, and how apps speak to them: protocols.',
    '',
    'What was measured is reckoned up for more people by:',
    '',
    ...Object.entries(capacityCommands).map(([name, { about }]) => `  ${name}  ${about}`),
  ].join('\n'),
  commands: { ...capacityCommands, protocols: protocolsCommand },
  maxWords: names.length,
  flags: {
    short: { type: 'boolean', about: 'All in a few minutes, less exactly: five on a machine that does nothing else.' },
    compare: { type: 'boolean', about: 'Print the ratios of two files.' },
    out: {
      type: 'string',
      value: 'FILE',
      about: 'Where the measurements are written as JSON; bench.json in the home otherwise.',
    },
    seed: { type: 'string', value: '1', about: 'Of the data: the same seed, the same data.' },
    people: { type: 'string', value: '1000', about: 'How many people there are.' },
    follows: { type: 'string', value: '100', about: 'How many each follows in the mean.' },
    posts: { type: 'string', value: '10', about: 'How many posts each has written in the mean.' },
    exponent: { type: 'string', value: '2.3', about: 'Of the power law of followers; more than 2.' },
    clustering: { type: 'string', value: '0.3', about: 'Share of follows that close a triangle, 0 to 0.95.' },
    graph: {
      type: 'string',
      value: 'FILE',
      about: 'Follows from a file, one "a b" a line, in place of generated ones.',
    },
    home: { type: 'string', value: 'DIR', about: 'A system that runs from there and was filled by a bench before.' },
    growth: { type: 'string', value: '1,10,100', about: 'How many times the data growth is measured with.' },
    profile: {
      type: 'string',
      value: 'DIR',
      about: 'Profile each service under each load, into files for developer tools.',
    },
    'no-baseline': { type: 'boolean', about: 'Leave out the plain baseline.' },
    url: {
      type: 'string',
      value: 'URL',
      about: 'web: of a gateway; that which runs from this home where nothing is said.',
    },
    runs: { type: 'string', value: '5', about: 'web: how often each page is loaded; the median counts.' },
  },
  async run(input) {
    const { flags, words } = input
    if (words[0] === 'web') {
      if (words.length > 1) throw new Failure('"web" is measured by itself.')
      return await benchWeb(input)
    }
    const isComparison = flags['compare'] === true
    if (isComparison && words.length !== 2) throw new Failure('--compare takes two files of measurements.')
    const unknown = isComparison ? undefined : words.find((word) => word !== 'all' && !names.includes(word))
    if (unknown || words.length === 0) {
      throw new Failure(
        `Say what to measure: web, all, ${Object.entries(workloads)
          .map(([letter, name]) => `${letter} (${name})`)
          .join(', ')}.`,
      )
    }
    const options = isComparison
      ? { compare: words.map((path) => resolve(path)) }
      : {
          names: words,
          isShort: flags['short'] === true,
          withBaseline: flags['no-baseline'] !== true,
          home: pathOf(flags['home']),
          graph: pathOf(flags['graph']),
          out: pathOf(flags['out']) ?? join(openHome().path, 'bench.json'),
          profiles: pathOf(flags['profile']),
          factors: factorsOf(flags['growth']),
          community: communityOf(input),
        }
    return await runInForeground([join(root, 'bench/main.ts'), JSON.stringify(options)])
  },
}

function communityOf(input: Input) {
  return {
    people: numberOf(input, 'people', 1000, 2),
    follows: numberOf(input, 'follows', 100, 1),
    exponent: numberOf(input, 'exponent', 2.3, 2.01),
    clustering: numberOf(input, 'clustering', 0.3, 0, 0.95),
    posts: numberOf(input, 'posts', 10, 1),
    likes: 3,
    seed: numberOf(input, 'seed', 1, 0),
  }
}

function factorsOf(flag: Input['flags'][string]): number[] {
  const factors = (typeof flag === 'string' ? flag : '1,10,100').split(',').map(Number)
  if (factors.every((factor) => Number.isInteger(factor) && factor > 0)) return factors
  throw new Failure(`--growth takes factors such as 1,10,100, not "${String(flag)}".`)
}

async function benchWeb({ flags }: Input): Promise<number> {
  const url = typeof flags['url'] === 'string' ? flags['url'] : await urlOfRunning('name a gateway: --url URL')
  const runs = typeof flags['runs'] === 'string' ? flags['runs'] : '5'
  return await runInForeground([join(root, 'tests/web/bench.ts'), url, runs])
}

function pathOf(flag: Input['flags'][string]): string | null {
  return typeof flag === 'string' ? resolve(flag) : null
}

function numberOf({ flags }: Input, name: string, otherwise: number, least: number, most = Infinity): number {
  const text = flags[name]
  if (typeof text !== 'string') return otherwise
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most) return value
  throw new Failure(
    `--${name} is "${text}" and must be a number from ${least}${most === Infinity ? '' : ` to ${most}`}.`,
  )
}
