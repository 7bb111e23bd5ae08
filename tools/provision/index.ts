import { stopCommands } from './commands.ts'
import { ensureDapr } from './daprd.ts'
import { hasDocker } from './docker.ts'
import { installKafka } from './kafka.ts'
import { findMongod, installMongo } from './mongo.ts'
import { installPostgres } from './postgres.ts'
import { installRedis } from './redis.ts'
import { installVersitygw } from './s3.ts'
import type { ProvisionContext } from './types.ts'

export { daprdSpec, ensureDapr, type DaprBinaries, type DaprdOptions } from './daprd.ts'
export { stopDocker } from './docker.ts'
export { installK6 } from './k6.ts'
export { installSchemathesis } from './schemathesis.ts'
export { planKafka } from './kafka.ts'
export { planMail } from './mail.ts'
export { planMongo } from './mongo.ts'
export { ensureDatabase, planPostgres, postgresDataOutsideHome } from './postgres.ts'
export { planRedis, type RedisOptions } from './redis.ts'
export { planS3, type S3Details } from './s3.ts'
export { planSentry, type Sentry, type SentryOptions } from './sentry.ts'
export {
  ProvisionError,
  type ProcessSpec,
  type ProvisionContext,
  type Report,
  type StoreName,
  type StorePlan,
} from './types.ts'

export interface SetUpOptions {
  kafka: boolean
}

/**
 * Downloads and builds all that is missing, and starts nothing. The Go builds follow each other, because one
 * keeps every core busy; what is downloaded comes beside them. A second call only looks whether files are there.
 */
export async function setUpAll(ctx: ProvisionContext, options: SetUpOptions): Promise<void> {
  const docker = await hasDocker(ctx)
  function isWanted(variable: string): boolean {
    return !ctx.env[variable] && !docker
  }
  await together(
    async () => {
      await ensureDapr(ctx)
      if (isWanted('DAGUERRE_S3_ENDPOINT')) await installVersitygw(ctx)
    },
    async () => {
      if (isWanted('DAGUERRE_POSTGRES_URL')) await installPostgres(ctx)
      if (isWanted('DAGUERRE_REDIS_URL')) await installRedis(ctx)
      if (isWanted('DAGUERRE_MONGODB_URL') && (await findMongod(ctx)) === undefined) await installMongo(ctx)
      if (options.kafka && isWanted('DAGUERRE_KAFKA_BROKERS')) await installKafka(ctx)
    },
  )
}

/** The first failure ends the others, and is thrown when they have ended. */
async function together(...tasks: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = []
  await Promise.all(
    tasks.map((task) =>
      task().catch((error: unknown) => {
        failures.push(error)
        stopCommands()
      }),
    ),
  )
  if (failures.length > 0) throw failures[0]
}
