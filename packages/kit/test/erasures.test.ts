import { afterAll, beforeAll, expect, test } from 'vitest'
import { eraseDue, erasureDistribution, erasureSql, findErased, noteErasures } from '../src/erasures.ts'
import { newId } from '../src/id.ts'
import { Migration, query } from '../src/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../src/testing.ts'

class Start extends Migration {
  override up(): void {
    for (const sql of erasureSql) this.addSql(sql)
  }
}

let db: TestDatabase
beforeAll(async () => {
  const distribution = { ...erasureDistribution, tables: { ...erasureDistribution.tables, migration: { local: 'x' } } }
  db = await createTestDatabase({ service: 'erasures', entities: [], migrations: [Start], distribution })
})
afterAll(() => db.drop())

function note(kind: string, ...ids: string[]) {
  return db.orm.em.fork().transactional((em) => noteErasures(em, kind, ids))
}

function erase(kind: string, work: (id: string) => Promise<void>, pausesSeconds: number[] = []) {
  return eraseDue(db.orm.em.fork(), { kind, pausesSeconds, erase: work })
}

test('what is gone is erased once for each note, however often it is noted, and known for ever', async () => {
  const [kind, id] = [newId(), newId()]
  await note(kind, id, id)
  const done: string[] = []
  await erase(kind, async (one) => void done.push(one))
  await note(kind, id)
  await erase(kind, async (one) => void done.push(one))
  expect(done).toEqual([id])
  expect(await findErased(db.orm.em.fork(), kind, [id, newId()])).toEqual(new Set([id]))
  expect(await findErased(db.orm.em.fork(), 'other', [id])).toEqual(new Set())
})

test('passes come again after their pauses', async () => {
  const [kind, id] = [newId(), newId()]
  await note(kind, id)
  let passes = 0
  async function turn() {
    await erase(kind, async () => void passes++, [30])
  }
  await turn()
  await turn()
  expect(passes).toBe(1)
  await query(db.orm.em.fork(), 'update erasure set due_at = now() where kind = ? and id = ?', [kind, id])
  await turn()
  await turn()
  expect(passes).toBe(2)
})

test('a pass that failed, or died, is made again when its lease has ended, and two replicas do not make it at once', async () => {
  const [kind, id] = [newId(), newId()]
  await note(kind, id)
  await expect(erase(kind, () => Promise.reject(new Error('S3 is away')))).rejects.toThrow('S3 is away')
  let passes = 0
  await erase(kind, async () => void passes++)
  expect(passes).toBe(0)
  await query(db.orm.em.fork(), 'update erasure set due_at = now() where kind = ? and id = ?', [kind, id])
  await Promise.all([erase(kind, async () => void passes++), erase(kind, async () => void passes++)])
  expect(passes).toBe(1)
})

test('a pass that outlives its lease and is made by another replica too counts once', async () => {
  const [kind, id] = [newId(), newId()]
  await note(kind, id)
  async function lateness() {
    await query(db.orm.em.fork(), 'update erasure set due_at = now() where kind = ? and id = ?', [kind, id])
  }
  await erase(kind, async () => {
    await lateness()
    await erase(kind, () => Promise.resolve(), [30, 1200])
  }, [30, 1200])
  const [left] = await query<{ passes: number; seconds: number }>(
    db.orm.em.fork(),
    'select passes, extract(epoch from due_at - now())::int as seconds from erasure where kind = ? and id = ?',
    [kind, id],
  )
  expect(left?.passes).toBe(1)
  expect(left?.seconds).toBeLessThanOrEqual(30)
})
