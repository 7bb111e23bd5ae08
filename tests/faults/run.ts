import { setTimeout as sleep } from 'node:timers/promises'
import { differences } from './compare.ts'
import { inflict } from './faults.ts'
import { lags } from './lags.ts'
import { Model } from './model.ts'
import { observe, readAll } from './observe.ts'
import { type Cast, newCast, perform } from './operations.ts'
import { clocksOf, describeStep, groupOf, prefixOf, type Sequence, sequenceOf } from './sequence.ts'
import { shortestFailing } from './shrink.ts'
import type { Stage } from './stage.ts'

export interface RunOptions {
  stage: Stage
  seeds: readonly number[]
  /** A sequence has at least so many operations. */
  operations: number
  /** Tells what has been found, as it is found. */
  report: (line: string) => void
}

export interface Result {
  seed: number
  /** What differed in the end, or what went wrong on the way; nothing where all is right. */
  failure: string[]
  /** The shortest sequence found that fails, one step a line. */
  shortest: string[]
  seconds: number
  operations: Record<string, number>
  faults: Record<string, number>
}

/** One sequence in the running system, beside its model. */
interface Play {
  sequence: Sequence
  cast: Cast
  model: Model
  failure: string[]
}

/** Lags must end within this time; after it what is still there is said. */
const lagLimitMs = 180_000
/** What is not right so long after all lags have ended never will be. What the broker has lost is fetched within a minute. */
const restLimitMs = 90_000

/** Runs the sequences of some seeds, those of a group side by side, and shrinks what fails. */
export async function* runSeeds({ stage, seeds, operations, report }: RunOptions): AsyncGenerator<Result> {
  for (const [group, ofGroup] of Map.groupBy(seeds, groupOf)) {
    await stage.setClocks(clocksOf(group))
    const began = performance.now()
    const plays = await play(
      stage,
      ofGroup.map((seed) => sequenceOf(seed, operations)),
    )
    const seconds = Math.round((performance.now() - began) / 1000)
    for (const { sequence, failure } of plays) {
      const result: Result = { seed: sequence.seed, failure, shortest: [], seconds, ...countsOf(sequence) }
      report(summaryOf(result))
      for (const line of failure) report(`    ${line}`)
      if (failure.length > 0) {
        const others = plays.map((play) => play.sequence).filter(({ seed }) => seed !== sequence.seed)
        result.shortest = await shrink(stage, sequence, others, report)
      }
      yield result
    }
  }
}

/** Plays sequences side by side, on people of their own: round by round, and at the end of each all come to rest. */
async function play(stage: Stage, sequences: Sequence[]): Promise<Play[]> {
  await untilFarFromMidnight()
  const plays = sequences.map((sequence): Play => {
    const { clocks } = sequence
    return { sequence, cast: newCast(), model: new Model(clocks['user']), failure: [] }
  })
  const rounds = Math.max(...sequences.map((sequence) => sequence.rounds.length))
  for (let round = 0; round < rounds; round++) {
    await Promise.all(plays.filter(stands).map((play) => playRound(stage, play, round)))
    await rest(stage, plays.filter(stands))
  }
  return plays
}

function stands({ failure }: Play): boolean {
  return failure.length === 0
}

async function playRound(stage: Stage, { sequence, cast, model, failure }: Play, round: number): Promise<void> {
  for (const step of sequence.rounds[round] ?? []) {
    try {
      const faults = step.faults.map((fault) => inflict(fault, stage.delivery))
      await Promise.all([perform(step, cast, model), ...faults])
    } catch (error) {
      failure.push(`${describeStep(step)}: ${sentenceOf(error)}`)
      return
    }
  }
}

/** Waits until nothing is under way, compares what all people see with the model, and has them read their notifications. */
async function rest(stage: Stage, plays: Play[]): Promise<void> {
  stage.delivery.calm()
  const under = await untilNoLags(stage)
  if (under.length > 0) {
    for (const { failure } of plays) failure.push(`Still under way after ${lagLimitMs / 1000} s: ${under.join(', ')}`)
    return
  }
  await Promise.all(
    plays.map(async (play) => {
      play.failure.push(...(await untilRight(play)))
      if (play.failure.length > 0) return
      play.model.settle()
      const at = Date.now()
      await Promise.all([...play.cast.people.values()].map(readAll))
      for (const who of play.model.people) play.model.read(who, at)
    }),
  )
}

async function untilNoLags(stage: Stage): Promise<string[]> {
  const deadline = performance.now() + lagLimitMs
  for (;;) {
    const found = await lags(stage.delivery.held()).catch((error: unknown) => [sentenceOf(error)])
    if (found.length === 0 || performance.now() > deadline) return found
    await sleep(500)
  }
}

async function untilRight({ cast, model }: Play): Promise<string[]> {
  const deadline = performance.now() + restLimitMs
  for (;;) {
    const found = await compareAll(cast, model).catch((error: unknown) => [sentenceOf(error)])
    if (found.length === 0 || performance.now() > deadline) return found
    await sleep(1000)
  }
}

async function compareAll(cast: Cast, model: Model): Promise<string[]> {
  const found = await Promise.all(
    model.people.map(async (who) => {
      const seen = await observe(cast, who)
      return differences(model.view(who), seen).map((difference) => `${who} sees ${difference}`)
    }),
  )
  return found.flat()
}

/**
 * Runs shorter and shorter prefixes of what has failed: alone, and if that never fails, beside the sequences that it failed
 * beside, whose faults were its own too.
 */
async function shrink(
  stage: Stage,
  sequence: Sequence,
  others: Sequence[],
  report: (line: string) => void,
): Promise<string[]> {
  const all = sequence.rounds.flat().length
  let isRepeatable = false

  async function shortestBeside(beside: Sequence[]): Promise<number> {
    return await shortestFailing(all, async (steps) => {
      const [again] = await play(stage, [prefixOf(sequence, steps), ...beside])
      const failed = again !== undefined && !stands(again)
      isRepeatable ||= failed
      report(`    its first ${steps} of ${all} steps: ${failed ? again.failure[0] : 'passed'}`)
      return failed
    })
  }

  let length = await shortestBeside([])
  if (!isRepeatable && others.length > 0) {
    report(`    and beside ${others.map(({ seed }) => `seed ${seed}`).join(', ')}:`)
    length = await shortestBeside(others)
  }
  const steps = prefixOf(sequence, length).rounds.flat().map(describeStep)
  report(isRepeatable ? `  seed ${sequence.seed} fails within ${length} steps:` : '  No shorter prefix failed:')
  for (const [index, step] of steps.entries()) report(`    ${index + 1}. ${step}`)
  return steps
}

function countsOf({ rounds }: Sequence): Pick<Result, 'operations' | 'faults'> {
  const steps = rounds.flat()
  return {
    operations: tally(steps.flatMap(({ strands }) => strands.flat().map((operation) => operation.do))),
    faults: tally(
      steps.flatMap(({ faults }) =>
        faults.map((fault) => ('of' in fault ? `${fault.fault} ${fault.of}` : fault.fault)),
      ),
    ),
  }
}

function tally(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

export function sumOfCounts(counts: Record<string, number>[]): Record<string, number> {
  return tally(
    counts.flatMap((each) => Object.entries(each).flatMap(([name, count]) => Array<string>(count).fill(name))),
  )
}

function summaryOf({ seed, failure, seconds, operations, faults }: Result): string {
  const [acts, hits] = [operations, faults].map((counts) =>
    Object.values(counts).reduce((sum, count) => sum + count, 0),
  )
  return `${failure.length === 0 ? '✓' : '✗'} seed ${seed}: ${acts} operations, ${hits} faults (${seconds} s with its group)`
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message} (${sentenceOf(error.cause)})`
}

const nightMs = 300_000

/** New followers are grouped by day (UTC); no sequence may lie on both sides of midnight. */
async function untilFarFromMidnight(): Promise<void> {
  const leftMs = 86_400_000 - (Date.now() % 86_400_000)
  if (leftMs < nightMs) await sleep(leftMs + 10_000)
}
