import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { run, which } from '../provision/commands.ts'
import { Failure } from '../run/failure.ts'
import { root } from '../run/home.ts'

export interface KubeTool {
  path: string
  /** With the tool's own helm, kubectl and so on before all others, and its cluster in KUBECONFIG. */
  env: NodeJS.ProcessEnv
}

/** The kube tool, a Kubernetes for machines without Docker: DAGUERRE_KUBE_TOOL, `kube` on PATH, or beside the checkout. */
export async function findKubeTool(): Promise<KubeTool | undefined> {
  const beside = join(root, '../shared/tools/kube/kube')
  const path =
    process.env['DAGUERRE_KUBE_TOOL'] ||
    which('kube', process.env) ||
    (existsSync(beside) && process.getuid?.() === 0 ? beside : undefined)
  if (!path) return undefined
  const script = 'eval "$("$1" env)" && printf "%s\\n%s\\n" "$PATH" "$KUBECONFIG"'
  const { code, stdout, output } = await run('bash', ['-c', script, 'bash', path])
  const [PATH, KUBECONFIG] = stdout.split('\n')
  if (code !== 0 || !KUBECONFIG) throw new Failure(`${path} does not work: ${output}`)
  return { path, env: { ...process.env, PATH, KUBECONFIG } }
}

/** Whether this is root on a machine where the kube tool has built all that a cluster with Dapr and an ingress needs. */
export async function canRunCluster(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false
  const tool = await findKubeTool()
  return tool !== undefined && ['kubelet', 'dapr-daprd', 'traefik'].every((name) => which(name, tool.env) !== undefined)
}
