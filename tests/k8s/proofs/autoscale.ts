import { get, list, mustTool, tool } from '../../../tools/cluster/kubectl.ts'
import type { Bench } from '../bench.ts'
import { release, until } from '../bench.ts'
import { makeCommunity } from '../people.ts'
import { demand, type Proof, secondsSince } from '../proof.ts'
import { forget } from '../reckoning.ts'
import { describeFailures, describeLoad, startLoad } from '../run-load.ts'

const ratePerSecond = 120
const app = 'post'

/** Operators whose APIs the chart uses where it is told to, and never needs. */
const operators = ['keda.sh', 'monitoring.coreos.com', 'gateway.networking.k8s.io']
const withOperators = { [app]: { keda: { enabled: true }, serviceMonitor: { enabled: true } } }

export const autoscale: Proof = {
  number: 9,
  name: 'an autoscaler takes a service from one replica to three under load and back; installs with and without operators’ CRDs',
  async run(bench) {
    const said = [await scales(bench)]
    said.push(await installsWithAndWithoutCrds(bench))
    return said.join('; ')
  },
}

interface Autoscaler {
  status: { currentReplicas?: number; desiredReplicas?: number }
}

async function scales(bench: Bench): Promise<string> {
  const { access } = bench.cluster
  demand(await bench.cluster.provideMetrics(), 'this cluster has no metrics')
  // Little is asked for, so that two cores can give three times as much.
  const cpu = { resources: { requests: { cpu: '50m' } } }
  const soon = { stabilizationWindowSeconds: 15 }
  const over = {
    [app]: {
      ...cpu,
      dapr: cpu,
      autoscaling: {
        ...{ enabled: true, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 60 },
        behavior: { scaleUp: { stabilizationWindowSeconds: 0 }, scaleDown: soon },
      },
    },
  }
  const { code, stderr } = await bench.deploy({ over })
  demand(code === 0, `the autoscaler could not be installed: ${stderr.slice(-600)}`)
  const name = `horizontalpodautoscaler/${release}-${app}`
  async function replicas(): Promise<number> {
    return (await get<Autoscaler>(access, name)).status.currentReplicas ?? 0
  }
  await until('it is at one replica', async () => (await replicas()) === 1, { timeoutMs: 240_000 })
  const community = await makeCommunity(bench.facts.url, 8)
  const began = performance.now()
  const load = startLoad(bench, community, { ratePerSecond, shares: { reads: 65, photos: 30, likes: 4, posts: 1 } })
  let up = ''
  let failure: unknown
  try {
    await until('it is at three replicas', async () => (await replicas()) === 3, { timeoutMs: 240_000 })
    up = secondsSince(began)
    const ready = `--for=jsonpath={.status.readyReplicas}=3`
    await mustTool(access, 'kubectl', [
      '-n',
      access.namespace,
      'wait',
      `deployment/${release}-${app}`,
      ready,
      '--timeout=120s',
    ])
  } catch (error) {
    failure = error
  }
  const busy = await load.end()
  bench.report(describeLoad(busy))
  for (const line of describeFailures(busy.failures)) bench.report(`failed: ${line}`)
  if (failure) throw failure
  // A little goes on, so that pods which leave have something to lose.
  const down = performance.now()
  const calm = startLoad(bench, community, {
    ratePerSecond: 5,
    shares: { reads: 1, photos: 0, likes: 0, posts: 0 },
  })
  await until('it is back at one replica', async () => (await replicas()) === 1, { timeoutMs: 300_000 }).catch(
    (error: unknown) => (failure = error),
  )
  const quiet = await calm.end()
  for (const line of describeFailures(quiet.failures)) bench.report(`failed: ${line}`)
  await forget(bench, community.people)
  if (failure) throw failure
  demand(busy.failures.length + quiet.failures.length === 0, `${describeLoad(busy)}; then ${describeLoad(quiet)}`)
  return `${app} went from 1 to 3 replicas in ${up} and back in ${secondsSince(down)}; ${describeLoad(busy)}; then ${quiet.sent} requests, 0 failed`
}

async function installsWithAndWithoutCrds(bench: Bench): Promise<string> {
  const { access } = bench.cluster
  const said: string[] = []
  const groups = await apiGroups(bench)
  const absent = operators.filter((group) => !groups.includes(group))
  // The release itself was installed like this.
  if (absent.length > 0) said.push(`installed without ${absent.join(', ')}`)
  demand(await bench.cluster.provideCrds(), `CRDs of operators cannot be put into this cluster; ${said.join('')}`)
  const now = await apiGroups(bench)
  const { code, stderr } = await bench.deploy({ over: withOperators })
  demand(code === 0, `with the CRDs there the upgrade failed: ${stderr.slice(-600)}`)
  const made = [
    'scaledobjects.keda.sh',
    'servicemonitors.monitoring.coreos.com',
    'httproutes.gateway.networking.k8s.io',
  ]
  for (const kind of made) {
    const objects = await list<object>(access, kind)
    demand(objects.length > 0, `no ${kind} was made`)
  }
  said.push(`and with ${operators.filter((group) => now.includes(group)).join(', ')} and their objects`)
  const { code: back } = await bench.deploy()
  demand(back === 0, 'the release did not come back to the values of before')
  return said.join(' ')
}

async function apiGroups({ cluster: { access } }: Bench): Promise<string[]> {
  const { stdout } = await tool(access, 'kubectl', ['api-versions'])
  return stdout.split('\n').map((line) => line.split('/')[0] ?? '')
}
