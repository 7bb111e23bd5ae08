import pg from 'pg'
import { system } from '../../../setup/system.ts'

/** One connection to an app's own database, closed after `work`. */
export async function withDatabase<Result>(app: string, work: (db: pg.Client) => Promise<Result>): Promise<Result> {
  const db = new pg.Client({ connectionString: system.database(app) })
  await db.connect()
  try {
    return await work(db)
  } finally {
    await db.end()
  }
}
