import type { ProcessSpec, ProvisionContext, StorePlan } from '../provision/types.ts'
import type { Supervisor } from './supervisor.ts'

export type StoreName = StorePlan['name']

/** Each is loaded when it is asked for: a run of tests without Kafka pays nothing for it. */
const planners: Record<StoreName, () => Promise<(ctx: ProvisionContext) => Promise<StorePlan>>> = {
  postgres: async () => (await import('../provision/postgres.ts')).planPostgres,
  mongodb: async () => (await import('../provision/mongodb.ts')).planMongo,
  redis: async () => (await import('../provision/redis.ts')).planRedis,
  s3: async () => (await import('../provision/s3.ts')).planS3,
  kafka: async () => (await import('../provision/kafka.ts')).planKafka,
}

export type Stores = Partial<Record<StoreName, StorePlan>>

const readyTimeoutMs = 60_000

/** Finds each store (or sets it up), starts those that are ours, and waits until all answer. */
export async function startStores(
  ctx: ProvisionContext,
  supervisor: Supervisor,
  names: readonly StoreName[],
  adjust: (spec: ProcessSpec) => ProcessSpec = (spec) => spec,
): Promise<Stores> {
  const plans = await Promise.all(
    names.map(async (name) => {
      const planner = await planners[name]()
      const plan = await planner(ctx)
      await plan.prepare()
      if (plan.process) supervisor.start({ kind: 'store', spec: adjust(plan.process) })
      await plan.ready(readyTimeoutMs)
      return plan
    }),
  )
  return Object.fromEntries(plans.map((plan) => [plan.name, plan]))
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
