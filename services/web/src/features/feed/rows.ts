/** How photos stand in a grid: cut to squares in columns, or uncut in rows. */
export type Look = 'squares' | 'rows'

export interface Tile {
  id: string
  /** Width by height. */
  ratio: number
}

export interface Row {
  /** What it is known by: the same tiles in the same width are the same row. */
  key: string
  ids: string[]
  height: number
  widths: number[]
}

const narrowest = 0.62
const widest = 2.1

/**
 * Photographs uncut in rows that are as wide as the page, each about `target` tall. What does not fill a row at the end waits
 * for more, unless there is none.
 */
export function justifiedRows(
  tiles: readonly Tile[],
  { width, target, gap, isComplete }: { width: number; target: number; gap: number; isComplete: boolean },
): Row[] {
  if (width <= 0) return []
  const rows: Row[] = []
  let open: Tile[] = []
  function heightOf(list: readonly Tile[]): number {
    const ratios = list.reduce((sum, tile) => sum + ratioOf(tile), 0)
    return (width - gap * (list.length - 1)) / ratios
  }
  function close(list: readonly Tile[], height: number): void {
    rows.push(rowOf(list, height, (tile) => ratioOf(tile) * height))
  }
  for (const tile of tiles) {
    const before = open.length > 0 ? heightOf(open) : Infinity
    const after = heightOf([...open, tile])
    // The row that is nearer to what is wanted: with this one, or without.
    if (after < target && Math.abs(before - target) < Math.abs(after - target)) {
      close(open, before)
      open = [tile]
    } else {
      open.push(tile)
    }
    const height = heightOf(open)
    if (height <= target) {
      close(open, height)
      open = []
    }
  }
  if (open.length > 0 && (isComplete || rows.length === 0)) close(open, Math.min(heightOf(open), target * 1.25))
  return rows
}

/** Squares, a number of them in each row. */
export function squareRows(
  tiles: readonly Tile[],
  { width, columns, gap, isComplete }: { width: number; columns: number; gap: number; isComplete: boolean },
): Row[] {
  if (width <= 0) return []
  const side = (width - gap * (columns - 1)) / columns
  const rows: Row[] = []
  for (let at = 0; at < tiles.length; at += columns) {
    const list = tiles.slice(at, at + columns)
    if (list.length === columns || isComplete || at === 0) rows.push(rowOf(list, side, () => side))
  }
  return rows
}

function rowOf(list: readonly Tile[], height: number, widthOf: (tile: Tile) => number): Row {
  return { key: `${list[0]?.id}+${list.length}`, ids: list.map(({ id }) => id), height, widths: list.map(widthOf) }
}

function ratioOf({ ratio }: Tile): number {
  return Math.min(widest, Math.max(narrowest, ratio))
}
