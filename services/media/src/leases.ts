import { newId } from '@daguerre/kit/id'
import { type EntityManager, query } from '@daguerre/kit/postgres'

/** A row that this worker has for as long as its lease lasts. `attempts` counts this one. */
export type Claim = { id: string; lease: string; attempts: number }

/** Rows of a table that wait for one kind of work. All of it is SQL of our own. */
type Waiting = {
  table: string
  /** The column that says when a row may be taken up (again): now, the end of a lease, or of a pause. */
  due: string
  /** Which rows wait. */
  where: string
  /** Another column that a lease moves on with it. */
  also?: string
  /** What else a claim knows of its row, as a list of columns. */
  columns?: string
  /** What the statement that looks for one says of itself (distribution.ts). */
  comment?: string
}

type Deps = { em: EntityManager }

export type Leases<Held extends Claim> = {
  /** Takes the row that has waited longest, of no owner among `except`. The attempt is counted before the work, so that one that kills us counts. */
  claim(deps: Deps, leaseSeconds: number, except?: readonly string[]): Promise<Held | undefined>
  /** @returns false if the lease has ended and somebody else has the row, or has finished it */
  renew(deps: Deps, claim: Claim, leaseSeconds: number): Promise<boolean>
  /** Gives a row back to the queue. @param options.counts whether this was an attempt */
  release(deps: Deps, claim: Claim, options: { delaySeconds: number; counts: boolean }): Promise<void>
}

/** A queue that is a table: rows are claimed, one by one, by leases that end when their worker does. */
export function leases<Held extends Claim = Claim>(waiting: Waiting): Leases<Held> {
  const { table, due, where, also, columns, comment = '' } = waiting
  const later = 'now() + make_interval(secs => ?)'
  const moved = [due, ...(also === undefined ? [] : [also])].map((column) => `${column} = ${later}`).join(', ')
  function until(seconds: number): number[] {
    return also === undefined ? [seconds] : [seconds, seconds]
  }
  return {
    async claim({ em }, leaseSeconds, except = []) {
      const [claim] = await query<Held>(
        em,
        `${comment} update ${table} set lease = ?, ${moved}, attempts = attempts + 1
         where id = (
           select id from ${table} where ${where} and ${due} <= now() and owner_id <> all(?::uuid[])
           order by ${due} limit 1 for update skip locked)
         returning id, lease, attempts${columns === undefined ? '' : `, ${columns}`}`,
        [newId(), ...until(leaseSeconds), except],
      )
      return claim
    },

    async renew({ em }, { id, lease }, leaseSeconds) {
      const rows = await query(
        em,
        `update ${table} set ${moved} where id = ? and lease = ? and ${where} returning 1 as held`,
        [...until(leaseSeconds), id, lease],
      )
      return rows.length > 0
    },

    async release({ em }, { id, lease }, { delaySeconds, counts }) {
      await query(
        em,
        `update ${table} set lease = null, ${due} = ${later}, attempts = attempts - ?
         where id = ? and lease = ? and ${where}`,
        [delaySeconds, counts ? 0 : 1, id, lease],
      )
    },
  }
}
