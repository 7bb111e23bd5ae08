import {
  planKafka,
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

const planners: Record<StoreName, (ctx: ProvisionContext) => Promise<StorePlan>> = {
  postgres: planPostgres,
  mongodb: planMongo,
  redis: planRedis,
  s3: planS3,
  kafka: planKafka,
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
      const plan = await planners[name](ctx)
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
