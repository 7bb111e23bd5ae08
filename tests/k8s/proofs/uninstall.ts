import { mustTool } from '../../../tools/cluster/kubectl.ts'
import { release, until } from '../bench.ts'
import { demand, type Proof, secondsSince } from '../proof.ts'

/** What the chart's README says that it leaves: Secrets that were made once. */
const kept = new RegExp(`^secrets/${release}-[a-z]+-(key|app-token|dapr-token)$`)
/** What every namespace has, and what tells of the past only. */
const everywhere =
  /^(configmaps\/(kube-root-ca\.crt|istio-ca-root-cert)|serviceaccounts\/default|events(\.events\.k8s\.io)?\/.*)$/

export const uninstall: Proof = {
  number: 7,
  name: 'helm uninstall leaves nothing but what the README names',
  async run(bench) {
    const { access } = bench.cluster
    const began = performance.now()
    const { code, stderr } = await bench.helm('uninstall', release, '--wait', '--timeout=180s')
    demand(code === 0, `helm uninstall failed: ${stderr}`)
    const said = await mustTool(access, 'kubectl', [
      'api-resources',
      '--namespaced',
      '--verbs=list,delete',
      '-o',
      'name',
    ])
    const kinds = said.trim().split('\n')
    async function names(): Promise<string[]> {
      // Stores in the same namespace are the operator's.
      const where = ['--namespace', access.namespace, '-l', 'app.kubernetes.io/part-of!=daguerre-stores']
      const args = ['get', kinds.join(','), ...where, '--ignore-not-found', '-o', 'name']
      const listed = (await mustTool(access, 'kubectl', args)).trim().split('\n').filter(Boolean)
      return listed.map((name) => name.replace(/^([a-z]+)(\.[^/]*)?\//, (_, kind: string) => `${kind}s/`))
    }
    const own = bench.stores.secrets.map(
      (object) => `secrets/${(object as { metadata: { name: string } }).metadata.name}`,
    )
    let left: string[] = []
    await until(
      'only Secrets are left',
      async () => {
        left = (await names()).filter((name) => !everywhere.test(name) && !own.includes(name) && !kept.test(name))
        return left.length === 0
      },
      { timeoutMs: 60_000 },
    ).catch(() => {})
    demand(left.length === 0, `left behind: ${left.join(', ')}`)
    const secrets = (await names()).filter((name) => kept.test(name)).length
    const cluster = await mustTool(access, 'kubectl', [
      'api-resources',
      '--namespaced=false',
      '--verbs=list,delete',
      '-o',
      'name',
    ])
    const args = [
      'get',
      cluster.trim().split('\n').join(','),
      '-l',
      `app.kubernetes.io/instance=${release}`,
      '--ignore-not-found',
      '-o',
      'name',
    ]
    const outside = (await mustTool(access, 'kubectl', args)).trim()
    demand(outside === '', `left behind outside of the namespace: ${outside}`)
    return `gone in ${secondsSince(began)}; left are ${secrets} Secrets made once and ${own.length} of the operator's`
  },
}
