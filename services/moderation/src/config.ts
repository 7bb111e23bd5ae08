import { moderationLimits } from '@daguerre/contracts'
import { baseConfig, integer, postgresConfig, redisConfig } from '@daguerre/kit/config'
import { z } from 'zod'

export const configSchema = z.object({
  ...baseConfig,
  ...postgresConfig,
  ...redisConfig,
  /** Acts are few. */
  DATABASE_POOL_MAX: integer(1, 1000).default(4),
  /** How many reports one person may make in 24 hours. */
  REPORTS_PER_DAY: integer(1).default(moderationLimits.reportsPerDay),
})
export type Config = z.infer<typeof configSchema>
