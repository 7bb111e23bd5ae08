import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { findKubeTool } from '../cluster/kube-tool.ts'
import { must, run, which } from '../provision/commands.ts'
import { root } from './home.ts'

const chart = 'charts/daguerre'

/**
 * What `kube check --offline` has to say of the charts with each file of examples, and of the manifests in k8s: strict lint,
 * and every object held against Kubernetes' own schemas and those of the operators. One text each that does not pass; null
 * where there is no kube tool, or it has not been built (the tests of charts run without it).
 */
export async function findChartFaults(): Promise<string[] | null> {
  const tool = await findKubeTool()
  if (!tool || !which('kubeconform', tool.env)) return null
  const { path, env } = tool
  const minimal = join(chart, 'examples/minimal.yaml')
  const rendered = mkdtempSync(join(tmpdir(), 'daguerre-manifests-'))
  try {
    const wanted = globSync(`${chart}/examples/*.yaml`, { cwd: root })
      .toSorted()
      .map((example) => [chart, '--release', 'daguerre', '--values', minimal, '--values', example])
    for (const folder of globSync('k8s/{stores,kafka,telemetry}', { cwd: root })) {
      const manifests = join(rendered, `${basename(folder)}.yaml`)
      writeFileSync(manifests, await must(`Reading ${folder}`, 'kubectl', ['kustomize', folder], { cwd: root, env }))
      wanted.push([manifests])
    }
    // An old package of charts/service would be checked in place of what is there.
    await must('Packing the charts', 'helm', ['dependency', 'update', chart], { cwd: root, env })
    const faults: string[] = []
    for (const args of wanted) {
      const { code, output } = await run(path, ['check', ...args, '--offline'], { cwd: root, env })
      if (code !== 0) faults.push(`${args.join(' ')}:\n${output}`)
    }
    return faults
  } finally {
    rmSync(rendered, { recursive: true, force: true })
  }
}
