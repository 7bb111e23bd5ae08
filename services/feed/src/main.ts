import { startRecovery, startRedriving } from '@daguerre/kit/consumer'
import { failFast, openRedis } from '@daguerre/kit/redis'
import { serve } from '@daguerre/kit/server'
import { openService } from '@daguerre/kit/service'
import { watchConnection } from '@daguerre/kit/trouble'
import { createApp } from './app.ts'
import { readFeedConfig } from './config.ts'

const config = readFeedConfig()
const service = await openService(config)
const { log, dapr } = service

// A page is pulled when Redis does not answer, so it must not be waited for.
const redis = openRedis(config, failFast(1_000))
watchConnection(redis, { name: 'redis', log })

const { app, replay } = createApp({
  config,
  log,
  verifier: service.verifier,
  dapr,
  redis,
  checks: { redis: () => redis.ping(), ...service.checks },
})

const redriving = startRedriving({ app, log })
const recovery = startRecovery({ app, log })

await serve({
  app,
  config,
  log,
  close: [
    () => Promise.all([replay.stop(), redriving.stop(), recovery.stop()]),
    () => redis.disconnect(),
    ...service.close,
  ],
})
