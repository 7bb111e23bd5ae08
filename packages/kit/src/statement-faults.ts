import { loadModule, parseSync } from 'libpg-query'
import type { Distribution, Placement } from './distribution.ts'

/** Loaded once for all; `findStatementFaults` needs it. */
export const loadParser: () => Promise<void> = loadModule

/** What is there, and how it is to be spread. */
export type Spread = { distribution: Distribution; columns: ReadonlyMap<string, ReadonlySet<string>> }

type Tree = Record<string, unknown>
/** A table or anything else that has columns, where a statement names it. Only tables have a place and known columns. */
type Source = { id: number; columns?: ReadonlySet<string> | undefined }
/** One `select`, `update` or `delete`. What refers to another's columns forms a unit with it. */
type Block = { id: string; parent: Block | undefined; sources: Map<string, Source>; ctes: ReadonlySet<string> }
/** Two columns, or a column and a value, that are equal wherever this block or one within it looks. */
type Equality = { block: Block; left: string; right: string }
type Pin = 'one' | 'several'
type Use = { table: string; key: string; by: string; of: string; block: Block; locks: boolean }

export type StatementFaults = {
  /** No key is named, so all shards are asked. */
  unkeyed: string[]
  /** What Citus does not do with rows of several shards. */
  refused: string[]
}

/**
 * Why a statement would not go to the shard of one key alone, or to one shard for each key that it names. In this Citus is
 * followed: only what stands in the statement as a value or an array of values counts, not what a subquery finds.
 */
export function findStatementFaults(sql: string, spread: Spread): StatementFaults {
  const found = (parseSync(sql).stmts ?? []).map(({ stmt }) => inspect(stmt as Tree, spread))
  return { unkeyed: found.flatMap(({ unkeyed }) => unkeyed), refused: found.flatMap(({ refused }) => refused) }
}

function inspect(statement: Tree, { distribution, columns }: Spread): StatementFaults {
  const unkeyed = new Set<string>()
  const refused = new Set<string>()
  const uses: Use[] = []
  const equalities: Equality[] = []
  const pins = new Map<string, Pin>()
  const units = new Classes()
  let ids = 0
  let changesInWith = false

  function place(table: string): Placement | undefined {
    if (!columns.has(table)) return undefined
    const found = distribution.tables[table]
    if (!found) refused.add(`nothing says where the rows of ${table} live`)
    return found
  }

  function isSpread(table: string): boolean {
    const found = place(table)
    return found !== undefined && 'by' in found
  }

  function visit(node: Tree, parent: Block | undefined, outerCtes: ReadonlySet<string>): void {
    const [kind, body] = Object.entries(node)[0] as [string, Tree]
    const ctes = new Set(outerCtes)
    for (const cte of list(tree(body['withClause'])['ctes'])) {
      const { ctename, ctequery } = tree(cte['CommonTableExpr'])
      const { relation } = tree(Object.values(tree(ctequery))[0])
      changesInWith ||= relation !== undefined && isSpread(tree(relation)['relname'] as string)
      visit(tree(ctequery), parent, ctes)
      ctes.add(ctename as string)
    }
    if (kind === 'SelectStmt' && body['op'] !== 'SETOP_NONE') {
      for (const side of ['larg', 'rarg']) visit({ SelectStmt: body[side] }, parent, ctes)
      return
    }
    const block: Block = { id: `block ${(ids += 1)}`, parent, sources: new Map(), ctes }
    const locks = body['lockingClause'] !== undefined
    if (kind === 'InsertStmt') {
      const { relname } = tree(body['relation'])
      const found = place(relname as string)
      const named = list(body['cols']).map((column) => tree(column['ResTarget'])['name'])
      if (found && 'by' in found && named.length > 0 && !named.includes(found.by)) {
        refused.add(`${String(relname)} gets a row without ${found.by}`)
      }
    } else if (kind === 'UpdateStmt' || kind === 'DeleteStmt') {
      const target = tree(body['relation'])
      addTable(target, block, false)
      const found = place(target['relname'] as string)
      const set = list(body['targetList']).map((column) => tree(column['ResTarget'])['name'])
      if (found && 'by' in found && set.includes(found.by)) {
        refused.add(`${String(target['relname'])} gets another ${found.by}`)
      }
    } else if (kind !== 'SelectStmt') return
    for (const part of [...list(body['fromClause']), ...list(body['usingClause'])]) addSource(part, block, locks)
    const { withClause: _, relation: __, fromClause: ___, usingClause: ____, ...rest } = body
    equate(body['whereClause'], block)
    walk(rest, block)
  }

  function addTable(range: Tree, block: Block, locks: boolean): void {
    const table = range['relname'] as string
    const source: Source = { id: (ids += 1) }
    block.sources.set((tree(range['alias'])['aliasname'] as string | undefined) ?? table, source)
    if (range['schemaname'] !== undefined || block.ctes.has(table)) return
    source.columns = columns.get(table)
    const found = place(table)
    if (!found || !('by' in found)) return
    uses.push({ table, key: `${source.id}.${found.by}`, ...found, block, locks })
  }

  function addSource(node: Tree, block: Block, locks: boolean): void {
    const [kind, body] = Object.entries(node)[0] as [string, Tree]
    if (kind === 'RangeVar') addTable(body, block, locks)
    else if (kind === 'JoinExpr') {
      for (const side of ['larg', 'rarg']) addSource(tree(body[side]), block, locks)
      for (const name of list(body['usingClause'])) {
        const column = tree(name['String'])['sval'] as string
        const both = [...block.sources.values()].filter((source) => source.columns?.has(column))
        for (const source of both.slice(1)) {
          equalities.push({ block, left: `${both[0]!.id}.${column}`, right: `${source.id}.${column}` })
        }
      }
      // What an outer join says of a value is not true of the rows that it keeps.
      equate(body['quals'], block, body['jointype'] === 'JOIN_INNER')
      walk(body['quals'], block)
    } else {
      if (kind === 'RangeSubselect') {
        visit(tree(body['subquery']), body['lateral'] === true ? block : block.parent, block.ctes)
      } else walk(body['functions'], block)
      const alias = tree(body['alias'])['aliasname'] as string | undefined
      const source = { id: (ids += 1) }
      block.sources.set(alias ?? `source ${source.id}`, source)
    }
  }

  /** The column as equalities name it. The blocks from here to where its table is named become a unit. */
  function resolve(column: Tree, from: Block): string | undefined {
    const names = list(column['fields']).map((field) => tree(field['String'])['sval'] as string | undefined)
    const name = names.at(-1)
    if (name === undefined) return undefined
    for (let block: Block | undefined = from; block; block = block.parent) {
      const { sources } = block
      const source =
        names.length > 1
          ? sources.get(names.at(-2)!)
          : // A source of unknown columns may have it, if no table has.
            ([...sources.values()].find((one) => one.columns?.has(name)) ??
            [...sources.values()].find((one) => one.columns === undefined))
      if (!source) continue
      for (let inner = from; inner !== block; inner = inner.parent!) units.unite(inner.id, block.id)
      return `${source.id}.${name}`
    }
    return undefined
  }

  /** Takes note of what a condition says to be equal. */
  function equate(condition: unknown, block: Block, withValues = true): void {
    const { BoolExpr: bool, A_Expr: expression } = tree(condition)
    if (tree(bool)['boolop'] === 'AND_EXPR')
      for (const part of list(tree(bool)['args'])) equate(part, block, withValues)
    const { kind, name, lexpr, rexpr } = tree(expression)
    if (!['AEXPR_OP', 'AEXPR_OP_ANY', 'AEXPR_IN'].includes(kind as string)) return
    if (tree(list(name)[0]?.['String'])['sval'] !== '=') return
    const items = kind === 'AEXPR_IN' ? list(tree(tree(rexpr)['List'])['items']) : []
    const left = side(lexpr, block, 'one')
    const right = side(rexpr, block, kind === 'AEXPR_OP' || items.length === 1 ? 'one' : 'several')
    if (left === undefined || right === undefined) return
    if (withValues || !(pins.has(left) || pins.has(right))) equalities.push({ block, left, right })
  }

  function side(expression: unknown, block: Block, pin: Pin): string | undefined {
    let bare = tree(expression)
    while ('TypeCast' in bare) bare = tree(tree(bare['TypeCast'])['arg'])
    if ('ColumnRef' in bare) return resolve(tree(bare['ColumnRef']), block)
    const text = JSON.stringify(bare, (key, value: unknown) => (key === 'location' ? undefined : value))
    if (/"(?:ColumnRef|SubLink)"/.test(text)) return undefined
    pins.set(`${pin} ${text}`, pin)
    return `${pin} ${text}`
  }

  function walk(node: unknown, block: Block): void {
    if (Array.isArray(node)) for (const part of node) walk(part, block)
    else if (typeof node === 'object' && node !== null) {
      for (const [kind, body] of Object.entries(node)) {
        if (kind === 'ColumnRef') resolve(tree(body), block)
        // As an operand of `in`, a set operation, the values of an insert.
        if (kind === 'SelectStmt') visit({ SelectStmt: body }, block, block.ctes)
        else walk(body, block)
      }
    }
  }

  visit(statement, undefined, new Set())

  for (const use of uses) {
    const { table, by, block, locks } = use
    const pin = pinOf(use)
    if (!pin) unkeyed.add(`${table} is not asked by ${by}`)
    if (!pin && isAskedForEachRow(use)) refused.add(`${table} is asked once for each row of something else`)
    if (locks && pin !== 'one') refused.add(`rows of ${table} are locked for several ${by} at once`)
    const first = uses.find((other) => units.find(other.block.id) === units.find(block.id))!
    if (!haveOneKey(first, use)) refused.add(`${first.table} and ${table} are joined and not co-located`)
  }
  if (changesInWith && uses.some((use) => pinOf(use) !== 'one' || !haveOneKey(uses[0]!, use))) {
    refused.add('rows of several shards are changed in a "with"')
  }
  return { unkeyed: [...unkeyed], refused: [...refused] }

  /** What is equal as these blocks see it: what they say, and what those around them say. */
  function classesOf(...blocks: Block[]): Classes {
    const around = new Set(blocks.flatMap((block) => [block, ...ancestors(block)]))
    const classes = new Classes()
    for (const { block, left, right } of equalities) if (around.has(block)) classes.unite(left, right)
    return classes
  }

  function pinOf({ key, block }: Use): Pin | undefined {
    const classes = classesOf(block)
    const found = [...pins].flatMap(([value, pin]) => (classes.find(value) === classes.find(key) ? [pin] : []))
    return found.includes('one') ? 'one' : found[0]
  }

  function haveOneKey(one: Use, other: Use): boolean {
    const classes = classesOf(one.block, other.block)
    return one.of === other.of && classes.find(one.key) === classes.find(other.key)
  }

  /** It refers to a query around it, and not by the key to a table there that has the same. */
  function isAskedForEachRow(use: Use): boolean {
    const around = ancestors(use.block).filter((outer) => units.find(outer.id) === units.find(use.block.id))
    return around.length > 0 && !uses.some((outer) => around.includes(outer.block) && haveOneKey(outer, use))
  }
}

function ancestors(block: Block): Block[] {
  return block.parent ? [block.parent, ...ancestors(block.parent)] : []
}

/** Things that are equal, by pairs (union-find). */
class Classes {
  readonly #parents = new Map<string, string>()

  find(item: string): string {
    let found = item
    for (let parent = this.#parents.get(found); parent !== undefined; parent = this.#parents.get(found)) found = parent
    return found
  }

  unite(one: string, other: string): void {
    const [first, second] = [this.find(one), this.find(other)]
    if (first !== second) this.#parents.set(first, second)
  }
}

function tree(value: unknown): Tree {
  return (value ?? {}) as Tree
}

function list(value: unknown): Tree[] {
  return (value ?? []) as Tree[]
}
