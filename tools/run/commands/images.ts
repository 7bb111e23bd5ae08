import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle, sbomFile, servicesThere } from '../../images/bundle.ts'
import { type Builder, builderNames, findBuilder, type ImageRequest } from '../../images/builders.ts'
import { run } from '../../provision/commands.ts'
import type { Command } from '../command.ts'
import { Failure } from '../failure.ts'
import { root } from '../home.ts'

export const command: Command = {
  usage: '[service …]',
  about: 'Builds the container images of all services, or of some, with Docker, buildah or kube.',
  maxWords: 100,
  flags: {
    tag: { type: 'string', value: 'TAG', about: 'In place of the version in package.json.' },
    registry: { type: 'string', value: 'HOST[/PATH]', about: 'Begins the names; docker.io/library without it.' },
    push: { type: 'boolean', about: 'Push each image to its registry.' },
    target: { type: 'string', value: 'dev', about: 'A stage of the Dockerfile: dev has the sources in it.' },
    sbom: { type: 'string', value: 'FOLDER', about: 'Write what each image is made of there too, as CycloneDX.' },
    with: { type: 'string', value: builderNames.join('|'), about: 'Not what is found first.' },
    skaffold: { type: 'boolean', about: 'One image as Skaffold asks for it: IMAGE, PUSH_IMAGE, PLATFORMS.' },
  },
  async run({ flags, words }) {
    const services = servicesThere()
    const unknown = words.find((word) => !services.includes(word))
    if (unknown) throw new Failure(`There is no service "${unknown}". There are: ${services.join(', ')}.`)
    const builder = await findBuilder(process.env, textOf(flags['with']))
    console.log(`Building with ${builder.name}: ${builder.reason}.`)
    const target = textOf(flags['target'])
    const common = { ...(await originOf()), ...(target === undefined ? {} : { target }) }
    if (flags['skaffold']) {
      await builder.build({ ...common, ...askedBySkaffold(words) })
      return
    }
    const registry = textOf(flags['registry'])?.replace(/\/$/, '') ?? 'docker.io/library'
    const tag = textOf(flags['tag']) ?? common.version
    const sboms = textOf(flags['sbom'])
    // One after the other: the first installs what all others share.
    for (const service of words.length > 0 ? words : services) {
      const name = `${registry}/daguerre-${service}:${tag}`
      await report(builder, { ...common, service, name, push: flags['push'] === true }, sboms)
    }
  },
}

function textOf(flag: unknown): string | undefined {
  return typeof flag === 'string' && flag !== '' ? flag : undefined
}

async function originOf(): Promise<{ version: string; revision?: string }> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const { code, stdout } = await run('git', ['rev-parse', 'HEAD'], { cwd: root })
  return code === 0 ? { version, revision: stdout.trim() } : { version }
}

function askedBySkaffold(words: string[]): Pick<ImageRequest, 'service' | 'name' | 'platform' | 'push'> {
  const { IMAGE: name, PUSH_IMAGE, PLATFORMS: platform } = process.env
  const [service] = words
  if (!name || service === undefined || words.length > 1) {
    throw new Failure('Skaffold names one service, and the image in IMAGE.')
  }
  return { service, name, push: PUSH_IMAGE === 'true', ...(platform ? { platform } : {}) }
}

async function report(builder: Builder, request: ImageRequest, sboms: string | undefined): Promise<void> {
  const began = performance.now()
  const [bytes] = await Promise.all([
    request.target === undefined ? bytesOf(request.service, sboms) : null,
    builder.build(request),
  ])
  const size = bytes === null ? '' : `${(bytes / 1_000_000).toFixed(1).padStart(6)} MB over the base`
  console.log(`${request.name.padEnd(48)} ${size}  ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s`)
}

/** What the image adds to its base: builders tell sizes each in a way of their own, compressed or not, or not at all. */
async function bytesOf(service: string, sboms: string | undefined): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-image-'))
  try {
    await bundle(service, folder)
    if (sboms !== undefined) {
      mkdirSync(sboms, { recursive: true })
      copyFileSync(join(folder, sbomFile), join(sboms, `daguerre-${service}.cdx.json`))
    }
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
