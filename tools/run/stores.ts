import {
  planKafka,
  planMail,
  planMongo,
  planPostgres,
  planRedis,
  planS3,
  type ProcessSpec,
  type ProvisionContext,
  type StoreName,
  type StorePlan,
} from '../provision/index.ts'
import type { Supervisor } from './supervisor.ts'

/** A store, or one of the two Redis that components use: what a broker or a cache that is away does can then be seen. */
export type Role = StoreName | 'broker' | 'cache'

const planners: Record<Role, (ctx: ProvisionContext) => Promise<StorePlan>> = {
  postgres: planPostgres,
  mongodb: planMongo,
  redis: planRedis,
  s3: planS3,
  kafka: planKafka,
  mail: planMail,
  broker: (ctx) => planBeside(ctx, 'redis-broker'),
  cache: (ctx) => planBeside(ctx, 'redis-cache'),
}

/** A Redis beside the first; the first itself where that is not ours to run. */
async function planBeside(ctx: ProvisionContext, name: 'redis-broker' | 'redis-cache'): Promise<StorePlan> {
  const first = await planRedis(ctx)
  return first.process ? planRedis(ctx, { name }) : first
}

export type Stores = Partial<Record<Role, StorePlan>>

const readyTimeoutMs = 60_000

/** Finds each store (or sets it up), starts those that are ours, and waits until all answer. */
export async function startStores(
  ctx: ProvisionContext,
  supervisor: Supervisor,
  roles: readonly Role[],
  adjust: (spec: ProcessSpec) => ProcessSpec = (spec) => spec,
): Promise<Stores> {
  const plans = await Promise.all(
    roles.map(async (role): Promise<[Role, StorePlan]> => {
      const plan = await planners[role](ctx)
      await plan.prepare()
      if (plan.process) supervisor.start({ kind: 'store', spec: adjust(plan.process) })
      await plan.ready(readyTimeoutMs)
      return [role, plan]
    }),
  )
  return Object.fromEntries(plans)
}

/** Without the waits for a disk that data worth keeping needs: for tests. */
export function fast(spec: ProcessSpec): ProcessSpec {
  if (spec.name === 'postgres') {
    const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300']
    return { ...spec, args: [...spec.args, ...settings.flatMap((setting) => ['-c', setting])] }
  }
  if (spec.name === 'redis') return { ...spec, args: [...spec.args, '--save', '', '--appendonly', 'no'] }
  return spec
}
