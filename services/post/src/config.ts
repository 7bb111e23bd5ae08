import { baseConfig, postgresConfig, readConfig, redisConfig } from '@daguerre/kit/config'
import { z } from 'zod'

const schema = z.object({ ...baseConfig, ...postgresConfig, ...redisConfig })
export type Config = z.infer<typeof schema>

/** The configuration of this service, from the environment. */
export function loadConfig(): Config {
  return readConfig(schema)
}
