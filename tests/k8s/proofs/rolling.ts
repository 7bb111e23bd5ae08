import { availableParallelism, cpus } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { kubectl } from '../../../tools/cluster/kubectl.ts'
import { release } from '../bench.ts'
import { makeCommunity } from '../people.ts'
import { type Proof, secondsSince } from '../proof.ts'
import { demandAllServed } from '../reckoning.ts'
import { startLoad } from '../run-load.ts'

/** DAGUERRE_PROOF_RATE for machines that are busy with less: what is said of them names it. */
const ratePerSecond = Number(process.env['DAGUERRE_PROOF_RATE'] ?? 200)
/** What is called through sidecars is renewed slowly, so all at once; what only the gateway asks goes after them. */
const uncalled = ['gateway', 'feed', 'notification']

/** Milliseconds that all processors have worked since the machine began. */
function busyTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.sys + times.nice + times.irq, 0)
}

export const rolling: Proof = {
  number: 4,
  name: `rolling update of every service under ${ratePerSecond} requests/s: no failed request, no lost or doubled event`,
  async run(bench) {
    const { access } = bench.cluster
    const community = await makeCommunity(bench.facts.url, 6)
    const load = startLoad(bench, community, {
      ratePerSecond,
      shares: { reads: 44, photos: 50, likes: 5, posts: 1 },
    })
    const began = performance.now()
    const busy = busyTime()
    await sleep(10_000)
    const share = Math.round((busyTime() - busy) / 100 / availableParallelism())
    bench.report(`before anything is renewed this machine is busy to ${share} %`)
    try {
      for (const apps of [bench.apps.filter((app) => !uncalled.includes(app)), uncalled]) {
        const deployments = apps.map((app) => `deployment/${release}-${app}`)
        await kubectl(access, ['rollout', 'restart', ...deployments])
        for (const deployment of deployments) {
          await kubectl(access, ['rollout', 'status', deployment, '--timeout=240s'])
        }
        bench.report(`${apps.join(', ')} are renewed ${secondsSince(began)} after the load began`)
      }
      // Those of before serve on for a while after they were told to end.
      await sleep(15_000)
    } finally {
      bench.report('ending the load')
    }
    return await demandAllServed(bench, community, await load.end())
  },
}
