/**
 * Where the rows of a table live once its database is spread over several nodes, in the words of Citus: a distributed table,
 * one that is local to the coordinator, a reference table. `local` and `everywhere` say why.
 */
export type Placement =
  /** By the hash of this column, which is the id of a thing (`of`): what two tables have of one thing is on one node. */
  { by: string; of: string } | { local: string } | { everywhere: string }

/** Of a database: the place of each table, and the statements that ask all nodes. */
export type Distribution = {
  tables: Readonly<Record<string, Placement>>
  /** By the name that the statement itself carries as `/* all shards: name *\/`. */
  allShards: Readonly<Record<string, AllShards>>
}

export type AllShards = {
  /** Why it names no key. */
  why: string
  /** How it would have to be asked there, if Citus does not do it as it is. */
  instead?: string
}

/** A service's own tables with those that it has from kit (`outboxDistribution` and its like, beside their SQL). */
export function distribute(...parts: readonly Distribution[]): Distribution {
  return {
    tables: Object.assign(
      { migration: { local: 'changes of the schema go through the coordinator' } },
      ...parts.map((part) => part.tables),
    ),
    allShards: Object.assign({}, ...parts.map((part) => part.allShards)),
  }
}
