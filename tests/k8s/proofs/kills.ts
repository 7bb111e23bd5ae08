import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { kubectl, list, type Pod } from '../../../tools/cluster/kubectl.ts'
import { signalContainer } from '../../../tools/cluster/processes.ts'
import type { Bench } from '../bench.ts'
import { release } from '../bench.ts'
import type { LoadPerson, Post } from '../load-plan.ts'
import { makeCommunity } from '../people.ts'
import { demand, type Proof } from '../proof.ts'
import { reckon } from '../reckoning.ts'

const killingMs = 90_000
const pauseMs = 3000
const patienceMs = 60_000

export const kills: Proof = {
  number: 5,
  name: 'kill -9 of pods, processes and sidecars at random during posting: what was acknowledged is there within 60 s',
  async run(bench) {
    const community = await makeCommunity(bench.facts.url, 8)
    const posting = new AbortController()
    const tallies = Promise.all(community.people.map((person) => postOn(bench.facts.url, person, posting.signal)))
    const [killed] = await Promise.all([killAround(bench).finally(() => posting.abort()), tallies.then(() => null)])
    const lastKill = performance.now()
    const all = await tallies
    const made = all.flatMap((tally) => tally.posts)
    const retries = all.reduce((sum, tally) => sum + tally.retries, 0)
    const left = patienceMs - (performance.now() - lastKill)
    // An answer that was lost may have been one of success: such posts are more than are known of.
    const found = await reckon(bench, community, made, [], { others: true, timeoutMs: left })
    if (found.last !== '') bench.report(`came last: ${found.last}`)
    for (const line of found.complaints) bench.report(`counted: ${line}`)
    const kinds = [...Map.groupBy(killed, (kind) => kind)].map(([kind, times]) => `${times.length} ${kind}`)
    const said = `${kinds.join(', ')}; ${made.length} posts acknowledged, ${retries} attempts more`
    demand(made.length > 50, `too few posts to tell anything: ${said}`)
    demand(found.complaints.length === 0, `${said}; ${found.complaints.join('; ')}`)
    const seconds = (performance.now() - lastKill) / 1000
    return `${said}; counted ${found.counted} ${seconds.toFixed(1)} s after the last kill`
  },
}

/** Posts one thing after the other, each with the same key until it is acknowledged, as a good client does. */
async function postOn(
  url: string,
  person: LoadPerson,
  signal: AbortSignal,
): Promise<{ posts: Post[]; retries: number }> {
  const posts: Post[] = []
  let retries = 0
  while (!signal.aborted) {
    const key = randomUUID()
    const body = JSON.stringify({
      caption: `killed ${posts.length}`,
      media: [{ mediaId: person.mediaId, altText: '' }],
    })
    for (;;) {
      const answer = await fetch(`${url}/api/v1/posts`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${person.token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body,
        signal: AbortSignal.timeout(10_000),
      })
        .then(async (response) => ({ status: response.status, text: await response.text() }))
        .catch(() => null)
      if (answer?.status === 201) {
        posts.push({ id: (JSON.parse(answer.text) as { id: string }).id, authorId: person.id })
        break
      }
      // 409: the same request is still in work somewhere.
      if (answer && answer.status < 500 && answer.status !== 409) throw new Error(`A post is refused: ${answer.text}`)
      retries++
      if (signal.aborted && retries > 0) return { posts, retries }
      await sleep(300)
    }
    await sleep(700)
  }
  return { posts, retries }
}

/** Returns what was killed, and how. */
async function killAround({ cluster: { access, reach }, apps, report }: Bench): Promise<string[]> {
  const killed: string[] = []
  const until = performance.now() + killingMs
  while (performance.now() < until) {
    await sleep(pauseMs)
    const app = apps[Math.floor(Math.random() * apps.length)] ?? ''
    const labels = `app.kubernetes.io/instance=${release},app.kubernetes.io/name=${app},app.kubernetes.io/component=service`
    const pods = (await list<Pod>(access, 'pods', '-l', labels)).filter(({ metadata }) => !metadata.deletionTimestamp)
    const pod = pods[Math.floor(Math.random() * pods.length)]
    if (!pod) continue
    const way = killed.length % 3
    try {
      if (way === 0 || reach === 'none') {
        await kubectl(access, ['delete', 'pod', pod.metadata.name, '--grace-period=0', '--force', '--wait=false'])
        killed.push('pods')
      } else if (way === 1 || app === 'gateway') {
        await signalContainer(access, reach, pod, app, 'SIGKILL')
        killed.push('processes of services')
      } else {
        await signalContainer(access, reach, pod, 'daprd', 'SIGKILL')
        killed.push('sidecars')
      }
    } catch (error) {
      // What was killed a moment ago does not run.
      report((error as Error).message)
    }
  }
  return killed
}
