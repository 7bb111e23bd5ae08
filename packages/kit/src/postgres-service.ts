import type { EntityManager, MikroORM } from '@mikro-orm/postgresql'
import { z } from 'zod'
import { type BaseConfig, type PostgresConfig, postgresConfig } from './config.ts'
import type { Distribution } from './distribution.ts'
import type { NewEvent } from './events.ts'
import { eraseForgotten } from './forget-events.ts'
import type { ReadinessChecks } from './http.ts'
import { pruneIdempotency } from './idempotency.ts'
import { startJob } from './job.ts'
import { migrateCommand, waitForStore } from './migrate.ts'
import { startRelay } from './outbox.ts'
import { askPostgres, createOrm, observePool, type OrmOptions, postgresCheck, runMigrations } from './postgres.ts'
import { openService, type Service, type ServiceOptions } from './service.ts'

/** A service's database, but for where it is: what `src/database.ts` of a service exports. */
export type Database = Omit<OrmOptions, 'url' | 'poolMax'> & {
  /** For tests and documents: nothing of it is needed to run. */
  distribution: Distribution
}

export type PostgresServiceOptions = ServiceOptions & {
  /** What its relay publishes every 10 s. */
  heartbeat: NewEvent
}

export type PostgresService = Service & {
  orm: MikroORM
  /** An EntityManager for one request, message or job. */
  forkEm: () => EntityManager
  checks: ReadinessChecks
}

/** `openService` with a database, the relay that publishes its outbox, the pruning of stored answers, and the erasure of forgotten events. */
export async function openPostgresService(
  config: BaseConfig & PostgresConfig,
  database: Database,
  options: PostgresServiceOptions,
): Promise<PostgresService> {
  const service = await openService(config, options)
  const { log, dapr } = service
  const orm = createOrm({ ...database, url: config.DATABASE_URL, poolMax: config.DATABASE_POOL_MAX })
  await observePool(orm)
  function forkEm(): EntityManager {
    return orm.em.fork()
  }
  const relay = startRelay({
    app: config.APP_ID,
    url: config.DATABASE_URL,
    publishBulk: (...batch) => dapr.publishBulk(...batch),
    retentionDays: config.OUTBOX_RETENTION_DAYS,
    heartbeat: options.heartbeat,
    log,
  })
  const pruning = startJob({
    name: 'prune-idempotency',
    everyMs: 3_600_000,
    run: () => pruneIdempotency(forkEm()),
    log,
  })
  const forgetting = startJob({
    name: 'forget-events',
    everyMs: 2000,
    run: (signal) => eraseForgotten(forkEm(), signal),
    log,
  })
  return {
    ...service,
    orm,
    forkEm,
    checks: { postgres: postgresCheck(orm), ...service.checks },
    close: [() => Promise.all([relay.stop(), pruning.stop(), forgetting.stop()]), () => orm.close(), ...service.close],
  }
}

/**
 * The whole of a service's migrate.ts: waits for the database at DATABASE_URL, brings it to the newest schema and says what
 * it did, or in one sentence why not (exit code 1).
 */
export async function migrateFromEnvironment(database: Database): Promise<void> {
  const { DATABASE_URL, DATABASE_PASSWORD } = postgresConfig
  await migrateCommand(database.service, z.object({ DATABASE_URL, DATABASE_PASSWORD }), async (config, say) => {
    const url = config.DATABASE_URL
    const { MIGRATE_WAIT_SECONDS: seconds } = config
    await waitForStore({ name: 'PostgreSQL', url, seconds, say, ask: () => askPostgres(url) })
    const orm = createOrm({ ...database, url, poolMax: 1, migrates: true })
    try {
      return await runMigrations(orm, say)
    } finally {
      await orm.close()
    }
  })
}
