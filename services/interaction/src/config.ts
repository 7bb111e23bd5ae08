import { baseConfig, postgresConfig } from '@daguerre/kit/config'
import { z } from 'zod'

export const configSchema = z.object({ ...baseConfig, ...postgresConfig })
export type Config = z.infer<typeof configSchema>
