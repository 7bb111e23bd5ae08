import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { run, which } from '../provision/commands.ts'
import type { Report } from '../provision/types.ts'
import { Failure } from '../run/failure.ts'
import { root } from '../run/home.ts'
import { findKubeTool } from './kube-tool.ts'
import { type Access, kubectl, list, mustTool, tool } from './kubectl.ts'
import type { Reach } from './processes.ts'

export interface Cluster {
  /** The one that KUBECONFIG names, one of kind, or that of the kube tool on this machine. */
  kind: 'named' | 'kind' | 'kube'
  access: Access
  reach: Reach
  /** This machine's end of the link to the cluster, where pods reach what listens on it; null where there is none. */
  hostAddress: string | null
  /** In front of a command that shall run in the network of the cluster's node. */
  inside: string[]
  /** Where the cluster's ingress listens, as the node's network sees it; null where it has none. */
  ingress: string | null
  /** The address of the first node. */
  nodeAddress: string
  /** What `npm run images` is given, so that what it builds comes to this cluster. */
  buildEnvironment: NodeJS.ProcessEnv
  /** Base images, where the builder is one that has to make them. */
  prepareBuilds(): Promise<void>
  /** Metrics for autoscalers, and the CRDs of operators, where this cluster can be given them. */
  provideMetrics(): Promise<boolean>
  provideCrds(): Promise<boolean>
  /** Takes it down if it was brought up for this run. */
  release(): Promise<void>
}

const kindName = 'daguerre'
/** The network namespace of the kube tool's node. */
const networkNamespace = '/run/netns/kube-cluster'

/**
 * The cluster of KUBECONFIG; else one of kind, where kind and Docker are; else the kube tool's, where it is found.
 * What is not up is brought up; Dapr is installed where it is not.
 */
export async function takeCluster(namespace: string, report: Report, { keep = false } = {}): Promise<Cluster> {
  const kube = await findKube(namespace)
  const named = process.env['KUBECONFIG']
  if (named && named !== kube?.access.env['KUBECONFIG']) return await takeNamed(namespace, report)
  if (!named && which('kind', process.env) && (await run('docker', ['info'], { timeoutMs: 5000 })).code === 0) {
    return await takeKind(namespace, report, keep)
  }
  if (kube) return await takeKube(kube, report, keep)
  throw new Failure(
    'There is no cluster: name one in KUBECONFIG, install kind with Docker, or name the kube tool in DAGUERRE_KUBE_TOOL.',
  )
}

interface Kube {
  path: string
  access: Access
}

async function findKube(namespace: string): Promise<Kube | undefined> {
  const tool = await findKubeTool()
  return tool && { path: tool.path, access: { env: tool.env, namespace } }
}

async function takeKube({ path, access }: Kube, report: Report, keep: boolean): Promise<Cluster> {
  async function kube(...args: string[]): Promise<void> {
    report(`kube ${args.join(' ')}`)
    await mustTool(access, path, args)
  }
  const wasUp = (await tool(access, path, ['status'])).code === 0
  async function release(): Promise<void> {
    if (!wasUp && !keep) await kube('down')
  }
  try {
    await kube('up', 'node')
    if (!(await hasDapr(access))) await kube('dapr', '--values', join(root, 'k8s/dapr-values.yaml'))
    await kube('ingress')
    const nodeAddress = await addressOfNode(access)
    return {
      kind: 'kube',
      access,
      reach: 'processes',
      hostAddress: neighbourOf(nodeAddress),
      inside: ['nsenter', `--net=${networkNamespace}`, '--'],
      ingress: `http://${nodeAddress}`,
      nodeAddress,
      buildEnvironment: { ...access.env, DAGUERRE_KUBE_TOOL: path },
      prepareBuilds: () => kube('node-image'),
      provideMetrics: async () => (await kube('metrics'), true),
      provideCrds: async () => (await kube('crds', 'keda', 'prometheus-operator', 'gateway-api'), true),
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

async function takeNamed(namespace: string, report: Report): Promise<Cluster> {
  const access: Access = { env: process.env, namespace }
  needTools(access)
  if (!(await hasDapr(access))) await installDapr(access, report)
  const context = (await kubectl(access, ['config', 'current-context'])).trim()
  const isKind = context.startsWith('kind-') && which('docker', process.env) !== undefined
  return { ...(await elsewhere(access)), kind: 'named', reach: isKind ? 'docker' : 'none', release: async () => {} }
}

async function takeKind(namespace: string, report: Report, keep: boolean): Promise<Cluster> {
  const access: Access = { env: process.env, namespace }
  needTools(access)
  const there = (await mustTool(access, 'kind', ['get', 'clusters'])).split('\n').includes(kindName)
  if (!there) {
    report('kind create cluster')
    const args = ['create', 'cluster', '--name', kindName, '--config', join(root, 'k8s/kind.yaml'), '--wait', '120s']
    await mustTool(access, 'kind', args)
  }
  await mustTool(access, 'kubectl', ['config', 'use-context', `kind-${kindName}`])
  if (!(await hasDapr(access))) await installDapr(access, report)
  async function release(): Promise<void> {
    if (!there && !keep) await mustTool(access, 'kind', ['delete', 'cluster', '--name', kindName])
  }
  return { ...(await elsewhere(access)), kind: 'kind', reach: 'docker', release }
}

/** What is so of every cluster that is not on this machine's own network. */
async function elsewhere(access: Access): Promise<Omit<Cluster, 'kind' | 'reach' | 'release'>> {
  return {
    access,
    hostAddress: null,
    inside: [],
    ingress: null,
    nodeAddress: await addressOfNode(access),
    buildEnvironment: access.env,
    prepareBuilds: async () => {},
    provideMetrics: async () => (await tool(access, 'kubectl', ['top', 'nodes'])).code === 0,
    // Whose cluster this is decides what is installed in it.
    provideCrds: async () => false,
  }
}

function needTools(access: Access): void {
  for (const name of ['kubectl', 'helm']) {
    if (!which(name, access.env)) throw new Failure(`${name} is not on the PATH: install it and start again.`)
  }
}

async function hasDapr(access: Access): Promise<boolean> {
  const { code } = await tool(access, 'kubectl', ['-n', 'dapr-system', 'get', 'deployment', 'dapr-sidecar-injector'])
  return code === 0
}

async function installDapr(access: Access, report: Report): Promise<void> {
  report('installing Dapr with its own chart')
  const chart = ['upgrade', '--install', 'dapr', 'dapr', '--repo', 'https://dapr.github.io/helm-charts/']
  const args = ['--namespace', 'dapr-system', '--create-namespace', '-f', join(root, 'k8s/dapr-values.yaml'), '--wait']
  await mustTool(access, 'helm', [...chart, ...args])
}

async function addressOfNode(access: Access): Promise<string> {
  const nodes = await list<{ status: { addresses: { type: string; address: string }[] } }>(access, 'nodes')
  const address = nodes[0]?.status.addresses.find(({ type }) => type === 'InternalIP')?.address
  if (!address) throw new Failure('The cluster has no node with an address.')
  return address
}

/** This machine's own address on the network that an address is of. */
function neighbourOf(address: string): string | null {
  for (const entry of Object.values(networkInterfaces()).flat()) {
    if (entry?.family !== 'IPv4' || entry.internal || entry.cidr === null) continue
    const bits = 32 - Number(entry.cidr.split('/')[1])
    if (bits > 16) continue
    const size = 2 ** bits
    if (Math.floor(numberOf(entry.address) / size) === Math.floor(numberOf(address) / size)) return entry.address
  }
  return null
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
