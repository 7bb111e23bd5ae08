import { kubectl, list, type Pod } from '../../../tools/cluster/kubectl.ts'
import type { Bench } from '../bench.ts'
import { demand, type Proof, secondsSince } from '../proof.ts'

export const install: Proof = {
  number: 1,
  name: 'helm install to all ready, helm test',
  async run(bench) {
    const began = performance.now()
    const { code, stderr } = await bench.deploy()
    demand(code === 0, `helm upgrade --install failed: ${stderr.trim().slice(-800)}\n${await whatPodsSay(bench)}`)
    const installed = secondsSince(began)
    const { processes } = await bench.system.view()
    const waiting = processes.filter(({ ready }) => !ready).map(({ name }) => name)
    demand(waiting.length === 0, `helm says that all is ready and these are not: ${waiting.join(', ')}`)
    const testing = performance.now()
    const test = await bench.helm('test', 'daguerre', '--logs', '--timeout=120s')
    demand(test.code === 0, `helm test failed: ${(test.stdout + test.stderr).slice(-1500)}`)
    const pods = await list<Pod>(bench.cluster.access, 'pods')
    const restarts = pods
      .flatMap(({ status }) => status.containerStatuses ?? [])
      .reduce((sum, one) => sum + one.restartCount, 0)
    return `ready after ${installed} (${pods.length} pods, ${restarts} restarts), helm test passed in ${secondsSince(testing)}`
  },
}

/** Why pods are not ready, for who reads a failure. */
export async function whatPodsSay({ cluster: { access } }: Bench): Promise<string> {
  const pods = await kubectl(access, ['get', 'pods', '-o', 'wide'])
  const events = await kubectl(access, ['get', 'events', '--field-selector=type=Warning', '--sort-by=.lastTimestamp'])
  const sick = (await list<Pod>(access, 'pods')).flatMap(({ metadata, status }) =>
    (status.containerStatuses ?? []).filter(({ ready }) => !ready).map(({ name }) => [metadata.name, name] as const),
  )
  const logs = await Promise.all(
    sick.slice(0, 4).map(async ([pod, container]) => {
      const text = await kubectl(access, ['logs', pod, '-c', container, '--tail=8']).catch(String)
      return `${pod} ${container}:\n${text}`
    }),
  )
  return [pods, events.split('\n').slice(-12).join('\n'), ...logs].join('\n')
}
