import { type ChildProcess, spawn } from 'node:child_process'
import { Failure } from '../run/failure.ts'

/** How to speak to a cluster: kubectl and helm are on this environment's PATH, KUBECONFIG is in it. */
export interface Access {
  env: NodeJS.ProcessEnv
  namespace: string
}

export interface Said {
  code: number
  stdout: string
  stderr: string
}

export interface Meta {
  name: string
  namespace: string
  uid: string
  labels?: Record<string, string>
  annotations?: Record<string, string>
  creationTimestamp: string
  deletionTimestamp?: string
}

export interface ContainerStatus {
  name: string
  containerID?: string
  ready: boolean
  restartCount: number
  state: { running?: { startedAt: string }; waiting?: { reason?: string; message?: string }; terminated?: object }
}

interface Variable {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: { name: string; key: string } }
}

interface Container {
  name: string
  image: string
  env?: Variable[]
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[]
}

export interface Pod {
  metadata: Meta
  spec: { nodeName?: string; containers: Container[]; initContainers?: Container[] }
  status: {
    phase: string
    podIP?: string
    conditions?: { type: string; status: string }[]
    containerStatuses?: ContainerStatus[]
    initContainerStatuses?: ContainerStatus[]
  }
}

export interface Deployment {
  metadata: Meta
  spec: { replicas: number; template: { spec: Pod['spec'] } }
  status: { replicas?: number; readyReplicas?: number; updatedReplicas?: number; availableReplicas?: number }
}

interface CommandOptions {
  input?: string
  timeoutMs?: number
}

const running = new Set<ChildProcess>()

/** Ends the commands that run now: one that goes on would work against whoever clears up. */
export function stopTools(): void {
  for (const child of running) child.kill()
}

/** Runs a command of the cluster's tools; its end is an answer, also where it failed. */
export function tool(
  access: Access,
  command: string,
  args: string[],
  { input, timeoutMs }: CommandOptions = {},
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: access.env, stdio: ['pipe', 'pipe', 'pipe'] })
    running.add(child)
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
    child.once('error', reject)
    child.once('close', (code) => {
      running.delete(child)
      clearTimeout(timer)
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() })
    })
  })
}

/** As `tool`, for what must succeed. Returns what it prints. */
export async function mustTool(
  access: Access,
  command: string,
  args: string[],
  options: CommandOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await tool(access, command, args, options)
  if (code === 0) return stdout
  const words = args.filter((arg) => !arg.startsWith('-')).slice(0, 3)
  throw new Failure(`\`${[command, ...words].join(' ')}\` failed (${code}): ${(stderr || stdout).trim().slice(-1500)}`)
}

export function kubectl(access: Access, args: string[], options: CommandOptions = {}): Promise<string> {
  return mustTool(access, 'kubectl', [`--namespace=${access.namespace}`, ...args], options)
}

/** What `kubectl get … -o json` answers. */
export async function get<Result>(access: Access, ...args: string[]): Promise<Result> {
  return JSON.parse(await kubectl(access, ['get', ...args, '-o', 'json'])) as Result
}

export async function list<Item>(access: Access, ...args: string[]): Promise<Item[]> {
  return (await get<{ items: Item[] }>(access, ...args)).items
}

export async function apply(access: Access, objects: object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  await kubectl(access, ['apply', '-f', '-'], { input })
}

/** A child that lives until it is ended, such as a port-forward; its output is collected in `lines`. */
export function background(access: Access, command: string, args: string[]): { child: ChildProcess; lines: string[] } {
  const child = spawn(command, args, { env: access.env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => lines.push(...text.split('\n').filter(Boolean)))
  }
  return { child, lines }
}
