import { mongodbConfig } from '@daguerre/kit/config'
import { migrateCommand, waitForStore } from '@daguerre/kit/migrate'
import { z } from 'zod'
import { connect, createOrm } from './orm.ts'

/** Makes the indexes; again changes nothing. */
export async function migrate(url: string, wait: (ask: () => Promise<void>) => Promise<void> = (ask) => ask()) {
  const orm = await createOrm(url)
  try {
    await wait(() => connect(orm))
    await orm.schema.ensureIndexes()
  } finally {
    await orm.close()
  }
}

if (import.meta.main) {
  await migrateCommand('notification', z.object(mongodbConfig), async (config, say) => {
    const { MONGODB_URL: url, MIGRATE_WAIT_SECONDS: seconds } = config
    await migrate(url, (ask) => waitForStore({ name: 'MongoDB', url, seconds, say, ask }))
    return ['indexes']
  })
}
