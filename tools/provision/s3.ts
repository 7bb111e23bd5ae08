import type { S3Client } from '@aws-sdk/client-s3'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, cacheRoot } from './cache.ts'
import { must } from './commands.ts'
import { goEnvironment, needGo, needSpaceForGo } from './daprd.ts'
import { hasDocker } from './docker.ts'
import { fromDocker, fromEnvironment } from './plans.ts'
import { untilReady } from './readiness.ts'
import { secret } from './secrets.ts'
import { loopback, ProvisionError, type ProvisionContext, type StorePlan } from './types.ts'

const VERSION = '1.8.0'
const MODULE = 'github.com/versity/versitygw'

/** What a client of S3 needs to know; `StorePlan.details` of s3 holds exactly this. */
export interface S3Details {
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  region: string
  bucket: string
}

/** Search: DAGUERRE_S3_ENDPOINT with its keys, Docker, versitygw built with Go. ready() also makes the bucket. */
export async function planS3(ctx: ProvisionContext): Promise<StorePlan> {
  const region = ctx.env['DAGUERRE_S3_REGION'] || 'us-east-1'
  const bucket = ctx.env['DAGUERRE_S3_BUCKET'] || 'daguerre-media'
  const named = ctx.env['DAGUERRE_S3_ENDPOINT']
  if (named) {
    const details = { endpoint: named, ...keysOf(ctx), region, bucket }
    return fromEnvironment({ name: 's3', url: named, details, ready: answers(ctx, details) })
  }

  const port = await ctx.port('s3')
  const host = ctx.host ?? loopback
  const details = {
    endpoint: `http://${host}:${port}`,
    accessKeyId: await secret(ctx.home, 's3-access-key', 10),
    secretAccessKey: await secret(ctx.home, 's3-secret-key'),
    region,
    bucket,
  }
  const rest = { name: 's3', url: details.endpoint, details: { ...details }, ready: answers(ctx, details) } as const
  if (await hasDocker(ctx)) {
    const values = {
      DAGUERRE_S3_PORT: String(port),
      DAGUERRE_S3_ACCESS_KEY: details.accessKeyId,
      DAGUERRE_S3_SECRET_KEY: details.secretAccessKey,
      DAGUERRE_S3_REGION: region,
    }
    return fromDocker(ctx, rest, 's3', values)
  }
  const folder = join(ctx.home, 's3')
  const [objects, metadata] = [join(folder, 'objects'), join(folder, 'metadata')]
  return {
    ...rest,
    source: `versitygw ${VERSION}`,
    process: {
      name: 's3',
      command: await installVersitygw(ctx),
      // Metadata beside the objects, because not every file system has extended attributes.
      args: [
        '--port',
        `${host}:${port}`,
        '--region',
        region,
        '--quiet',
        '--keep-alive',
        'posix',
        '--sidecar',
        metadata,
        objects,
      ],
      env: { ROOT_ACCESS_KEY_ID: details.accessKeyId, ROOT_SECRET_ACCESS_KEY: details.secretAccessKey },
    },
    prepare: async () => {
      for (const path of [objects, metadata]) await mkdir(path, { recursive: true })
    },
  }
}

function keysOf(ctx: ProvisionContext): { accessKeyId: string; secretAccessKey: string } {
  const [accessKeyId, secretAccessKey] = [ctx.env['DAGUERRE_S3_ACCESS_KEY'], ctx.env['DAGUERRE_S3_SECRET_KEY']]
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey }
  throw new ProvisionError(
    'DAGUERRE_S3_ENDPOINT is set without DAGUERRE_S3_ACCESS_KEY and DAGUERRE_S3_SECRET_KEY: set them too.',
  )
}

/** The path of versitygw. */
export async function installVersitygw(ctx: ProvisionContext): Promise<string> {
  const folder = await cached(
    cacheRoot(ctx.env),
    `versitygw-${VERSION}-${process.platform}-${process.arch}`,
    async (folder) => {
      const go = await needGo(ctx, 'There is no S3 server')
      await needSpaceForGo(ctx, go, folder, `${MODULE}@v${VERSION}`, 2 * 2 ** 30)
      ctx.report(`building the S3 server versitygw ${VERSION} with Go (once; 1 to 2 minutes on two cores)`)
      const args = ['install', '-trimpath', '-ldflags', '-s -w', `${MODULE}/cmd/versitygw@v${VERSION}`]
      await must('Building versitygw', go, args, { cwd: folder, env: { ...goEnvironment(ctx.env), GOBIN: folder } })
    },
  )
  return join(folder, process.platform === 'win32' ? 'versitygw.exe' : 'versitygw')
}

function answers(ctx: ProvisionContext, details: S3Details): (timeoutMs: number) => Promise<void> {
  return (timeoutMs) => untilReady(ctx, 's3', timeoutMs, () => ensureBucket(details))
}

/** Makes the bucket unless it is there. Browsers may read from it and write to it by presigned URL. */
export async function ensureBucket(details: S3Details, allowedOrigins: string[] = []): Promise<void> {
  // Late, because the search for stores may run before the project's own dependencies are there.
  const aws = await import('@aws-sdk/client-s3')
  const { endpoint, region, accessKeyId, secretAccessKey, bucket } = details
  const client: S3Client = new aws.S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  })
  try {
    await client.send(new aws.HeadBucketCommand({ Bucket: bucket })).catch(async (error: unknown) => {
      if (!(error instanceof aws.NotFound)) throw error
      await client.send(new aws.CreateBucketCommand({ Bucket: bucket })).catch((refusal: unknown) => {
        if (!(refusal instanceof aws.BucketAlreadyOwnedByYou)) throw refusal
      })
    })
    if (allowedOrigins.length === 0) return
    const rule = {
      AllowedMethods: ['GET', 'HEAD', 'PUT'],
      AllowedOrigins: allowedOrigins,
      AllowedHeaders: ['*'],
      ExposeHeaders: ['ETag'],
      MaxAgeSeconds: 3600,
    }
    await client.send(new aws.PutBucketCorsCommand({ Bucket: bucket, CORSConfiguration: { CORSRules: [rule] } }))
  } finally {
    client.destroy()
  }
}
