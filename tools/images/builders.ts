import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { must, run, which } from '../provision/commands.ts'
import { Failure } from '../run/failure.ts'
import { root } from '../run/home.ts'

export interface ImageRequest {
  service: string
  /** `<registry>/daguerre-<service>:<tag>` */
  name: string
  /** A stage of the Dockerfile; none is the last. */
  target?: string
  version: string
  revision?: string
  /** `linux/arm64`; none is that of the engine. */
  platform?: string
  /** To the registry in its name; if not, it stays where the builder puts it. */
  push: boolean
}

export interface Builder {
  name: BuilderName
  /** In the words of who asks why. */
  reason: string
  build: (request: ImageRequest) => Promise<void>
}

export type BuilderName = (typeof builderNames)[number]
export const builderNames = ['docker', 'buildah', 'kube'] as const

/**
 * What builds here. A kube that somebody names or has put on the PATH goes before buildah: it has base images and a
 * store of its own, and a cluster that runs what it builds.
 */
export async function findBuilder(env: NodeJS.ProcessEnv, wanted?: string): Promise<Builder> {
  const kube = env['DAGUERRE_KUBE_TOOL'] || which('kube', env)
  const engine = await engineOf(env)
  const found: Record<BuilderName, string | undefined> = {
    docker: engine && `an engine answers (Docker ${engine})`,
    kube: kube && (env['DAGUERRE_KUBE_TOOL'] ? 'DAGUERRE_KUBE_TOOL names it' : 'it is on the PATH'),
    buildah: which('buildah', env) && 'it is on the PATH, and no Docker engine answers',
  }
  const order: BuilderName[] = env['DAGUERRE_KUBE_TOOL'] ? ['kube', 'docker', 'buildah'] : ['docker', 'kube', 'buildah']
  const name = wanted === undefined ? order.find((one) => found[one]) : builderNames.find((one) => one === wanted)
  if (name === undefined) {
    throw new Failure(
      wanted === undefined
        ? 'Nothing here builds images: start Docker, or install buildah, and try again.'
        : `There is no builder "${wanted}". There are: ${builderNames.join(', ')}.`,
    )
  }
  const reason = found[name]
  if (!reason) throw new Failure(`${name} is not there, or does not answer.`)
  return { name, reason, build: (request) => builders[name](request, env, kube ?? 'kube') }
}

async function engineOf(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env['DAGUERRE_DOCKER'] === 'off' || which('docker', env) === undefined) return undefined
  const { code, stdout } = await run('docker', ['info', '--format', '{{.ServerVersion}}'], { env, timeoutMs: 3000 })
  return code === 0 ? stdout.trim() : undefined
}

type Build = (request: ImageRequest, env: NodeJS.ProcessEnv, kube: string) => Promise<void>

const builders: Record<BuilderName, Build> = {
  async docker(request, env) {
    const way = request.push ? '--push' : '--load'
    await step(request, 'docker', ['buildx', 'build', '--tag', request.name, way, ...optionsOf(request), root], {
      ...env,
      BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
    })
  },
  async buildah(request, env) {
    await step(request, 'buildah', ['bud', '--layers', '--tag', request.name, ...optionsOf(request), root], env)
    if (request.push) await step(request, 'buildah', ['push', request.name], env)
  },
  // Its own registry takes what is named after it; all else goes into its node.
  async kube(request, env, kube) {
    // Other targets are made from the base of builds only.
    if (request.target === undefined) kubeBase ??= makeKubeBase(env, kube)
    const base = kubeBase ? ['--build-arg', `RUN_BASE=${await kubeBase}`] : []
    await step(request, kube, ['image', request.name, ...base, ...optionsOf(request), root], env)
  },
}

let kubeBase: Promise<string> | undefined

/**
 * kube's stand-in for distroless has of glibc only what Node itself needs; the real one has all of libc6, and native
 * modules ask for librt and libresolv.
 */
async function makeKubeBase(env: NodeJS.ProcessEnv, kube: string): Promise<string> {
  const name = 'docker.io/library/daguerre-run-base:kube'
  const folder = mkdtempSync(join(tmpdir(), 'daguerre-base-'))
  try {
    await must('Making base images', kube, ['node-image'], { env })
    writeFileSync(
      join(folder, 'Dockerfile'),
      [
        'FROM docker.io/library/node:24-bookworm-slim AS whole',
        'RUN cd /lib && mkdir -p /out/usr/lib && cp --parents *-linux-gnu/librt.so.1 *-linux-gnu/libresolv.so.2 /out/usr/lib/',
        'FROM gcr.io/distroless/nodejs24-debian12:nonroot',
        'COPY --from=whole /out /',
        '',
      ].join('\n'),
    )
    await must('Making a base image', kube, ['image', name, folder], { env })
    return name
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function optionsOf({ service, target, version, revision, platform }: ImageRequest): string[] {
  const values = { SERVICE: service, VERSION: version, ...(revision === undefined ? {} : { REVISION: revision }) }
  const npmrc = join(homedir(), '.npmrc')
  return [
    ...Object.entries(values).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
    ...(target === undefined ? [] : ['--target', target]),
    ...(platform === undefined ? [] : ['--platform', platform]),
    // The mirror or the certificates that npm has here, without a trace in the image.
    ...(existsSync(npmrc) ? ['--secret', `id=npmrc,src=${npmrc}`] : []),
  ]
}

async function step({ name }: ImageRequest, command: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  await must(`Building ${name}`, command, args, { env })
}
