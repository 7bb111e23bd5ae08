import { ensureDapr } from './daprd.ts'
import { hasDocker } from './docker.ts'
import { installKafka } from './kafka.ts'
import { installMongo } from './mongo.ts'
import { installPostgres } from './postgres.ts'
import { installRedis } from './redis.ts'
import { installVersitygw } from './s3.ts'
import type { ProvisionContext } from './types.ts'
import { which } from './commands.ts'

export { daprdSpec, ensureDapr, DAPR_VERSION, type DaprBinaries, type DaprdOptions } from './daprd.ts'
export { stopDocker } from './docker.ts'
export { planKafka } from './kafka.ts'
export { planMongo } from './mongo.ts'
export { ensureDatabase, planPostgres, postgresDataOutsideHome } from './postgres.ts'
export { planRedis, type RedisOptions } from './redis.ts'
export { ensureBucket, planS3, type S3Details } from './s3.ts'
export { planSentry, type Sentry, type SentryOptions } from './sentry.ts'
export { ProvisionError, type ProcessSpec, type ProvisionContext, type Report, type StoreName, type StorePlan } from './types.ts'

export interface SetUpOptions {
  kafka: boolean
}

/**
 * Downloads and builds all that is missing, and starts nothing. The Go builds follow each other, because one
 * keeps every core busy; what is downloaded comes beside them. A second call only looks whether files are there.
 */
export async function setUpAll(ctx: ProvisionContext, options: SetUpOptions): Promise<void> {
  const docker = await hasDocker(ctx)
  const wanted = (variable: string): boolean => !ctx.env[variable] && !docker
  await together(
    async () => {
      await ensureDapr(ctx)
      if (wanted('DAGUERRE_S3_ENDPOINT')) await installVersitygw(ctx)
    },
    async () => {
      if (wanted('DAGUERRE_POSTGRES_URL')) await installPostgres(ctx)
      if (wanted('DAGUERRE_REDIS_URL')) await installRedis(ctx)
      if (wanted('DAGUERRE_MONGODB_URL') && which('mongod', ctx.env) === undefined) await installMongo(ctx)
      if (options.kafka && wanted('DAGUERRE_KAFKA_BROKERS')) await installKafka(ctx)
    },
  )
}

/** Waits for all even if one fails, so that nothing goes on in the background of an error message. */
async function together(...tasks: (() => Promise<void>)[]): Promise<void> {
  const results = await Promise.allSettled(tasks.map((task) => task()))
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}
