import { migrateFromEnvironment } from '@daguerre/kit/postgres-service'
import { database } from './database.ts'

await migrateFromEnvironment(database)
