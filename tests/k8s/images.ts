import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Cluster } from '../../tools/cluster/cluster.ts'
import { list, mustTool } from '../../tools/cluster/kubectl.ts'
import type { Report } from '../../tools/provision/index.ts'
import { root } from '../../tools/run/home.ts'
import { readManifest } from '../../tools/run/manifest.ts'

export interface Images {
  registry: string
  tag: string
}

export const localRegistry = 'docker.io/library'

/** What the Dockerfile reads, as .dockerignore lets it. */
const inputs = [
  'Dockerfile',
  '.dockerignore',
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'packages',
  'services',
  'tools/images',
]

/** The images of this checkout, under a tag that follows from their content; built where no node has them. */
export async function buildImages(cluster: Cluster, registry: string, report: Report): Promise<Images> {
  const images = { registry, tag: `test-${contentOf(inputs)}` }
  await buildMissing(
    cluster,
    root,
    images,
    readManifest().apps.map(({ id }) => id),
    report,
  )
  return images
}

/** The image of one service from a changed copy of this checkout, whose folder `change` is given. */
export async function buildChanged(
  cluster: Cluster,
  images: Images,
  service: string,
  { name, change }: { name: string; change: (folder: string) => void },
  report: Report,
): Promise<Images> {
  const changed = { ...images, tag: `${images.tag}-${name}` }
  const copy = mkdtempSync(join(tmpdir(), 'daguerre-checkout-'))
  try {
    for (const file of filesOf([...inputs, 'tools', 'tests/package.json', 'dapr.yaml', 'LICENSE', 'NOTICE'])) {
      mkdirSync(dirname(join(copy, file)), { recursive: true })
      cpSync(join(root, file), join(copy, file))
    }
    // The tools of the copy run with what is installed here; what is in an image is installed when it is made.
    for (const file of [
      'package.json',
      ...filesOf(['packages', 'services', 'tools']).filter((path) => /^[^/]+\/([^/]+\/)?package\.json$/.test(path)),
    ]) {
      const modules = join(dirname(file), 'node_modules')
      if (existsSync(join(root, modules))) symlinkSync(join(root, modules), join(copy, modules))
    }
    change(copy)
    await buildMissing(cluster, copy, changed, [service], report)
    return changed
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

async function buildMissing(
  cluster: Cluster,
  checkout: string,
  images: Images,
  wanted: string[],
  report: Report,
): Promise<void> {
  const nodes = await list<{ status: { images?: { names?: string[] }[] } }>(cluster.access, 'nodes')
  const there = nodes.flatMap(({ status }) => status.images?.flatMap(({ names = [] }) => names) ?? [])
  const services = wanted.filter((service) => !there.includes(nameOf(images, service)))
  if (services.length === 0) return report(`images ${images.tag} are in the node`)
  const began = performance.now()
  await cluster.prepareBuilds()
  const { registry, tag } = images
  const where = registry === localRegistry ? [] : ['--registry', registry, '--push']
  const args = [join(checkout, 'tools/run/cli.ts'), 'images', ...services, '--tag', tag, ...where]
  const access = { ...cluster.access, env: cluster.buildEnvironment }
  const said = await mustTool(access, process.execPath, args, { timeoutMs: 1_800_000 })
  for (const line of said.trim().split('\n')) report(line)
  if (cluster.kind === 'kind' && registry === localRegistry) {
    const names = services.map((service) => nameOf(images, service))
    await mustTool(cluster.access, 'kind', ['load', 'docker-image', ...names, '--name', 'daguerre'])
  }
  report(`${services.length} images are built in ${Math.round((performance.now() - began) / 1000)} s`)
}

export function nameOf({ registry, tag }: Images, service: string): string {
  return `${registry}/daguerre-${service}:${tag}`
}

function contentOf(paths: string[]): string {
  const hash = createHash('sha256')
  for (const file of filesOf(paths))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
  return hash.digest('hex').slice(0, 12)
}

/** Of the checkout as it is now, tests and documents aside, which no image has. */
function filesOf(paths: string[]): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths], {
    cwd: root,
    encoding: 'utf8',
  })
  const files = [...new Set(listed.split('\0'))].filter((file) => file !== '' && existsSync(join(root, file)))
  return files.filter((file) => !/\.test\.ts$|^services\/[^/]+\/test\/|README\.md$/.test(file)).toSorted()
}
