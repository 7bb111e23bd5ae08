import { takeCluster } from '../../tools/cluster/cluster.ts'
import { kubectl, stopTools } from '../../tools/cluster/kubectl.ts'
import type { Report } from '../../tools/provision/index.ts'
import { Failure } from '../../tools/run/failure.ts'
import { type Bench, makeNamespace, removeNamespace, setUpBench } from './bench.ts'
import { buildImages } from './images.ts'
import type { Proof } from './proof.ts'
import { autoscale } from './proofs/autoscale.ts'
import { install } from './proofs/install.ts'
import { kills } from './proofs/kills.ts'
import { refusals } from './proofs/refusals.ts'
import { rolling } from './proofs/rolling.ts'
import { suite } from './proofs/suite.ts'
import { uninstall } from './proofs/uninstall.ts'
import { upgrade } from './proofs/upgrade.ts'
import { type Broker, startStoresBeside } from './stores.ts'
import { startStoresInside } from './stores-inside.ts'

export interface ProveOptions {
  broker: Broker
  /** Numbers of proofs; all where there are none. */
  only: number[]
  /** Where images are, or are pushed to. */
  registry: string
  /** Images that are there already, in place of those of this checkout. */
  tag?: string
  namespace: string
  /** Leave the release, its namespace and the cluster as they are at the end. */
  keep: boolean
}

/** In the order in which they are run: what others stand on first, what leaves nothing last. */
const proofs: Proof[] = [install, suite, refusals, rolling, kills, upgrade, autoscale, uninstall]
/** What is shown on Kafka as well. */
const onKafka = [1, 2, 5]

interface Result {
  proof: Proof
  seconds: number
  /** What was measured, or why it is not so. */
  said: string
  passed: boolean
}

/** Proves what is said of charts and images on a real cluster. Returns how many proofs failed. */
export async function prove(options: ProveOptions): Promise<number> {
  const began = performance.now()
  function report(message: string): void {
    console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(7)} s  ${message}`)
  }
  const chosen = chosenProofs(options)
  const ending: (() => Promise<void>)[] = []
  async function end(): Promise<void> {
    for (const work of ending.splice(0).toReversed()) await work()
  }
  let interrupted = false
  function interrupt(): void {
    interrupted = true
    report('interrupted: removing what was made (again: at once)')
    process.once('SIGINT', () => process.exit(130))
    stopTools()
    void end().finally(() => process.exit(130))
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.once(signal, interrupt)
  const results: Result[] = []
  try {
    const cluster = await takeCluster(options.namespace, report, { keep: options.keep })
    ending.push(() => cluster.release())
    const images = options.tag
      ? { registry: options.registry, tag: options.tag }
      : await buildImages(cluster, options.registry, report)
    await makeNamespace(cluster)
    ending.push(() => removeNamespace(cluster))
    const { broker } = options
    const stores =
      cluster.hostAddress === null
        ? await startStoresInside(cluster.access, broker, report)
        : await startStoresBeside(cluster.hostAddress, broker, report)
    ending.push(() => stores.close())
    const bench = await setUpBench(cluster, stores, broker, images, report)
    ending.push(() => bench.close())
    report(`namespace ${options.namespace}, door ${bench.facts.url}, images ${images.tag}`)
    if (!chosen.includes(install)) await mustDeploy(bench)
    for (const proof of chosen) {
      results.push(await attempt(proof, bench, report))
      // What is being removed proves nothing; the process ends when that is done.
      if (interrupted) await new Promise(() => {})
    }
    if (options.keep) {
      report('left as it is; Ctrl-C removes it')
      report(
        `E2E_CLUSTER=${bench.factsFile} E2E_COLLECTOR=${bench.collector.url} is for \`vitest --project e2e-cluster\``,
      )
      await new Promise(() => {})
    }
  } finally {
    await end()
    for (const signal of signals) process.off(signal, interrupt)
  }
  return summarise(results, options.broker)
}

function chosenProofs({ only, broker }: ProveOptions): Proof[] {
  // Eight is two with two replicas, which every service has here.
  const wanted = new Set(only.map((number) => (number === 8 ? 2 : number)))
  const unknown = [...wanted].find((number) => !proofs.some((proof) => proof.number === number))
  if (unknown !== undefined) throw new Failure(`There is no proof ${unknown}: they are 1 to 9.`)
  return proofs.filter(({ number }) =>
    wanted.size > 0 ? wanted.has(number) : broker === 'redis' || onKafka.includes(number),
  )
}

async function mustDeploy(bench: Bench): Promise<void> {
  const { code, stderr } = await bench.deploy()
  if (code === 0) return
  const pods = await kubectl(bench.cluster.access, ['get', 'pods'])
  throw new Failure(`The release could not be installed: ${stderr}\n${pods}`)
}

async function attempt(proof: Proof, bench: Bench, report: Report): Promise<Result> {
  report(`proof ${proof.number}: ${proof.name}`)
  const began = performance.now()
  function resultOf(passed: boolean, said: string): Result {
    const seconds = (performance.now() - began) / 1000
    report(`${passed ? '✓' : '✗'} ${proof.number} ${proof.name} (${seconds.toFixed(1)} s): ${said}`)
    return { proof, seconds, said, passed }
  }
  try {
    return resultOf(true, await proof.run(bench))
  } catch (error) {
    const { name, message, stack } = error as Error
    return resultOf(false, name === 'NotProven' || name === 'Failure' ? message : (stack ?? message))
  }
}

function summarise(results: Result[], broker: Broker): number {
  const failed = results.filter(({ passed }) => !passed).length
  console.log(`\nOn ${broker === 'kafka' ? 'Kafka' : 'Redis'}:`)
  for (const { proof, seconds, said, passed } of results) {
    console.log(`  ${passed ? '✓' : '✗'} ${proof.number}  ${seconds.toFixed(1).padStart(7)} s  ${proof.name}`)
    console.log(`                  ${said.split('\n')[0]}`)
  }
  console.log(`\n${results.length - failed} passed, ${failed} failed`)
  return failed
}
