import { baseConfig, postgresConfig, redisConfig } from '@daguerre/kit/config'
import { z } from 'zod'

export const configSchema = z.object({ ...baseConfig, ...postgresConfig, ...redisConfig })
export type Config = z.infer<typeof configSchema>
