import { readdirSync, readFileSync } from 'node:fs'
import { type Access, type ContainerStatus, kubectl, type Pod, tool } from './kubectl.ts'

/**
 * How the processes inside of containers are reached: as processes of this machine, inside of a node that is a
 * container of Docker (kind), or not at all: then a pod can only be deleted.
 */
export type Reach = 'processes' | 'docker' | 'none'

/** The first process of each running container, by container id. */
export function mainProcesses(): Map<string, number> {
  const found = new Map<string, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const id = /([0-9a-f]{64})(\.scope)?$/m.exec(readFileSync(`/proc/${name}/cgroup`, 'utf8'))?.[1]
      const pid = Number(name)
      if (id && pid < (found.get(id) ?? Infinity) && isFirst(pid)) found.set(id, pid)
    } catch {
      // It ended meanwhile.
    }
  }
  return found
}

/** Number one in its own namespace of processes. */
function isFirst(pid: number): boolean {
  const inner = /^NSpid:\s+(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]?.split(/\s+/)
  return inner?.at(-1) === '1'
}

export function statusOf(pod: Pod, container: string): ContainerStatus | undefined {
  return [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].find(
    ({ name }) => name === container,
  )
}

/** Sends a signal to the first process of a container. Throws where it does not run. */
export async function signalContainer(
  access: Access,
  reach: Reach,
  pod: Pod,
  container: string,
  signal: NodeJS.Signals,
): Promise<void> {
  const id = statusOf(pod, container)?.containerID?.replace(/^.*:\/\//, '')
  if (!id) throw new Error(`${container} of ${pod.metadata.name} does not run now.`)
  if (reach === 'processes') {
    const pid = mainProcesses().get(id)
    if (!pid) throw new Error(`${container} of ${pod.metadata.name} has no process now.`)
    process.kill(pid, signal)
    return
  }
  if (reach === 'docker') {
    // crictl knows containers of a kind node; a signal from within a container would not reach its own first process.
    const node = pod.spec.nodeName ?? ''
    const script = `kill -s ${signal.replace(/^SIG/, '')} "$(crictl inspect --output go-template --template '{{.info.pid}}' ${id})"`
    const { code, stderr } = await tool(access, 'docker', ['exec', node, 'sh', '-c', script])
    if (code !== 0) throw new Error(`${container} of ${pod.metadata.name} could not be signalled: ${stderr}`)
    return
  }
  if (signal !== 'SIGKILL') throw new Error(`Processes of this cluster cannot be signalled: only pods be deleted.`)
  await kubectl(access, ['delete', 'pod', pod.metadata.name, '--grace-period=0', '--force', '--wait=false'])
}
