import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessSpec, Report } from '../provision/types.ts'
import { sentenceOf } from './failure.ts'
import { writeAtomically, type Home } from './home.ts'
import { rotateLog, tailOf, trimLog } from './logs.ts'
import {
  endProcess,
  familyOf,
  findByEnvironment,
  identify,
  isAlive,
  signalProcess,
  type ProcessIdentity,
} from './process-table.ts'

/** In the order in which a system is taken down. */
export const kinds = ['service', 'sidecar', 'control', 'store'] as const
export type Kind = (typeof kinds)[number]

export interface Supervised {
  kind: Kind
  spec: ProcessSpec
  ports?: Record<string, number>
}

/** What stands in the state file: enough to find and end a process after the runner itself was killed. */
export interface ProcessRecord extends ProcessIdentity {
  name: string
  kind: Kind
  stopSignal: NodeJS.Signals
}

export type Phase = 'running' | 'waiting' | 'stopped'

export interface ProcessView {
  name: string
  kind: Kind
  phase: Phase
  pid: number | null
  ports: Record<string, number>
  restarts: number
  log: string
}

interface Entry extends Supervised {
  wanted: boolean
  log: string
  child: ChildProcess | null
  identity: ProcessIdentity | null
  startedAt: number
  logOffset: number
  failures: number
  restarts: number
  retry: NodeJS.Timeout | null
}

const patienceMs: Record<Kind, number> = { service: 15_000, sidecar: 8000, control: 4000, store: 15_000 }
const longestBackOffMs = 15_000
const settledMs = 30_000
const inherited =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|JAVA_HOME|SYSTEMROOT|.*_PROXY|.*_proxy|SSL_CERT_.*)$/

/** Starts processes, keeps them running, writes down who they are, and takes them down in order. */
export class Supervisor {
  #home: Home
  #report: Report
  #entries = new Map<string, Entry>()
  #trimming: NodeJS.Timeout
  #closing = false
  #impatient = false
  /** Further things for the state file; saved with the next change. */
  extra: Record<string, unknown> = {}

  constructor(home: Home, report: Report) {
    this.#home = home
    this.#report = report
    this.#trimming = setInterval(() => {
      for (const entry of this.#entries.values()) trimLog(entry.log)
    }, 60_000)
    this.#trimming.unref()
  }

  /** Starts a process under its spec's name; its output goes to logs/<name>.log. */
  start(supervised: Supervised): void {
    const log = join(this.#home.logs, `${supervised.spec.name}.log`)
    rotateLog(log)
    const entry: Entry = {
      ...supervised,
      wanted: true,
      log,
      child: null,
      identity: null,
      startedAt: 0,
      logOffset: 0,
      failures: 0,
      restarts: 0,
      retry: null,
    }
    this.#entries.set(supervised.spec.name, entry)
    this.#spawn(entry)
  }

  #spawn(entry: Entry): void {
    const { spec } = entry
    if (this.#closing) throw new Error(`${spec.name} is not started any more: everything is being stopped.`)
    entry.startedAt = performance.now()
    entry.logOffset = existsSync(entry.log) ? statSync(entry.log).size : 0
    const output = openSync(entry.log, 'a', 0o600)
    const base = Object.fromEntries(Object.entries(process.env).filter(([name]) => inherited.test(name)))
    const { name, value } = this.#home.mark
    try {
      const child = spawn(spec.command, spec.args, {
        cwd: spec.cwd,
        env: { ...base, ...spec.env, [name]: value },
        uid: spec.uid,
        gid: spec.gid,
        detached: true,
        stdio: ['ignore', output, output],
      })
      entry.child = child
      child.once('error', (error) => {
        if (child.pid === undefined) this.#ended(entry, child, sentenceOf(error))
      })
      child.once('exit', (code, signal) => {
        this.#ended(entry, child, signal ? `was ended by ${signal}` : `ended with exit code ${code}`)
      })
      entry.identity = child.pid === undefined ? null : identify(child.pid)
      this.save()
    } finally {
      closeSync(output)
    }
  }

  #ended(entry: Entry, child: ChildProcess, how: string): void {
    if (entry.child !== child) return
    entry.child = null
    entry.identity = null
    if (!this.#closing) this.save()
    if (!entry.wanted || this.#closing) return
    const lived = performance.now() - entry.startedAt
    entry.failures = lived > settledMs ? 1 : entry.failures + 1
    entry.restarts++
    const delayMs = Math.min(250 * 2 ** (entry.failures - 1), longestBackOffMs)
    const loop = entry.failures >= 5
    if (!loop || entry.failures % 5 === 0) {
      const tail = tailOf(entry.log, loop ? 12 : 6, entry.logOffset).map((line) => `    ${line}`)
      const next = loop
        ? `It has ended ${entry.failures} times in a row and will be tried every ${Math.round(delayMs / 1000)} s; its log says why: ${entry.log}`
        : `It is started again in ${delayMs < 1000 ? `${delayMs} ms` : `${delayMs / 1000} s`}.`
      this.#report([`${entry.spec.name} ${how}. ${next}`, ...tail].join('\n'))
    }
    this.#retryIn(entry, delayMs)
  }

  #retryIn(entry: Entry, delayMs: number): void {
    entry.retry = setTimeout(() => {
      entry.retry = null
      try {
        this.#spawn(entry)
      } catch (error) {
        this.#report(`${entry.spec.name} could not be started: ${sentenceOf(error)}`)
        this.#retryIn(entry, longestBackOffMs)
      }
    }, delayMs)
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name)
    if (entry) return entry
    throw new Error(`There is no process ${name}; there are: ${[...this.#entries.keys()].join(', ')}.`)
  }

  /** Stops a process and leaves it stopped until `startAgain`. */
  async stop(name: string): Promise<void> {
    const entry = this.#entry(name)
    entry.wanted = false
    if (entry.retry) clearTimeout(entry.retry)
    entry.retry = null
    const { identity, spec } = entry
    if (!identity) return
    const patience = this.#impatient ? 500 : patienceMs[entry.kind]
    const needed = await endProcess(identity, spec.stopSignal ?? 'SIGTERM', patience)
    if (needed && !this.#impatient) this.#report(`${name} did not end within ${patience / 1000} s and was killed.`)
    // The exit event may lag behind the process table.
    while (entry.identity === identity && !this.#closing) await sleep(5)
  }

  /** Starts a process again that was stopped, with the same ports. */
  startAgain(name: string): void {
    const entry = this.#entry(name)
    entry.wanted = true
    entry.failures = 0
    if (entry.retry) clearTimeout(entry.retry)
    entry.retry = null
    if (!entry.child) this.#spawn(entry)
  }

  /** Signals a process and its family; one that ends of it is started again as after any crash. */
  signal(name: string, signal: NodeJS.Signals): void {
    const { identity } = this.#entry(name)
    if (!identity || !isAlive(identity)) throw new Error(`${name} does not run now.`)
    for (const pid of familyOf(identity.pid)) signalProcess(pid, signal)
  }

  views(): ProcessView[] {
    return [...this.#entries.values()].map((entry) => ({
      name: entry.spec.name,
      kind: entry.kind,
      phase: entry.identity ? 'running' : entry.wanted ? 'waiting' : 'stopped',
      pid: entry.identity?.pid ?? null,
      ports: entry.ports ?? {},
      restarts: entry.restarts,
      log: entry.log,
    }))
  }

  save(): void {
    const processes = [...this.#entries.values()].flatMap((entry): ProcessRecord[] =>
      entry.identity
        ? [
            {
              name: entry.spec.name,
              kind: entry.kind,
              stopSignal: entry.spec.stopSignal ?? 'SIGTERM',
              ...entry.identity,
            },
          ]
        : [],
    )
    try {
      writeAtomically(this.#home.state, JSON.stringify({ ...this.extra, processes }, null, 2))
    } catch (error) {
      // A full disk must not take down what runs; what is not recorded is still found by its mark.
      this.#report(`What runs could not be written down: ${sentenceOf(error)}`)
    }
  }

  /** Ends everything by force, now. */
  hasten(): void {
    this.#impatient = true
    this.#closing = true
    for (const entry of this.#entries.values()) {
      if (entry.identity) for (const pid of familyOf(entry.identity.pid)) signalProcess(pid, 'SIGKILL')
    }
  }

  /** Takes everything down: services first, stores last. */
  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#trimming)
    for (const entry of this.#entries.values()) if (entry.retry) clearTimeout(entry.retry)
    for (const kind of kinds) {
      const names = [...this.#entries.values()].filter((entry) => entry.kind === kind).map((entry) => entry.spec.name)
      await Promise.all(names.map((name) => this.stop(name)))
    }
    writeAtomically(this.#home.state, JSON.stringify({ processes: [] }))
  }
}

/** Ends what an earlier run of this home left behind, in order. Returns the names. */
export async function endLeftovers(home: Home, report: Report = () => {}): Promise<string[]> {
  const records = readState(home).processes
  const known = new Set(records.filter(isAlive).flatMap((record) => familyOf(record.pid)))
  const unrecorded = findByEnvironment(`${home.mark.name}=${home.mark.value}`)
    .filter((identity) => !known.has(identity.pid))
    .map((identity): ProcessRecord => ({
      ...identity,
      name: `process ${identity.pid}`,
      kind: 'store',
      stopSignal: 'SIGTERM',
    }))
  const left = [...records, ...unrecorded].filter(isAlive)
  if (left.length > 0) report(`ending ${left.length} processes that an earlier run left behind`)
  for (const kind of kinds) {
    await Promise.all(
      left
        .filter((record) => record.kind === kind)
        .map((record) => endProcess(record, record.stopSignal, Math.min(patienceMs[kind], 5000))),
    )
  }
  return left.map((record) => record.name)
}

export interface State {
  runner?: ProcessIdentity | null
  url?: string
  /** What each app was given, by app id: passwords too, so the file is its owner's alone. */
  environments?: Record<string, Record<string, string>>
  /** Where mail that was caught can be read. */
  inbox?: string
  processes: ProcessRecord[]
}

/** What the state file says; nothing runs where there is none. */
export function readState(home: Home): State {
  try {
    return { processes: [], ...(JSON.parse(readFileSync(home.state, 'utf8')) as Partial<State>) }
  } catch {
    return { processes: [] }
  }
}
