import { expect, test } from 'vitest'
import { justifiedRows, squareRows, type Tile } from './rows.ts'

function tiles(...ratios: number[]): Tile[] {
  return ratios.map((ratio, index) => ({ id: `${index}`, ratio }))
}

const page = { width: 900, target: 220, gap: 4, isComplete: true }

test('every full row is exactly as wide as the page, and about as tall as wanted', () => {
  const many = tiles(...Array.from({ length: 60 }, (_, index) => [1.5, 0.8, 1, 1.33, 0.67][index % 5] ?? 1))
  const rows = justifiedRows(many, page)
  expect(rows.flatMap(({ ids }) => ids)).toEqual(many.map(({ id }) => id))
  for (const row of rows.slice(0, -1)) {
    const sum = row.widths.reduce((all, width) => all + width, 0) + 4 * (row.ids.length - 1)
    expect(sum).toBeCloseTo(900, 5)
    expect(row.height).toBeGreaterThan(150)
    expect(row.height).toBeLessThan(320)
  }
})

test('what does not fill a row waits for more, and is not stretched when there is none', () => {
  const few = tiles(1.5, 1.5, 1.5, 1)
  expect(justifiedRows(few, { ...page, isComplete: false }).flatMap(({ ids }) => ids)).not.toContain('3')
  const last = justifiedRows(few, page).at(-1)
  expect(last).toMatchObject({ ids: ['3'], height: 275 })
  // There is something to see even if the first page is short.
  expect(justifiedRows(tiles(1), { ...page, isComplete: false })).toHaveLength(1)
})

test('strips and towers are cut to what leaves room for others, and more posts leave the rows before them as they are', () => {
  const rows = justifiedRows(tiles(9, 0.1, 1, 1, 1), page)
  for (const row of rows) for (const width of row.widths) expect(width).toBeGreaterThan(100)
  const some = justifiedRows(tiles(1, 1, 1.5, 1, 1.2, 0.8, 1), { ...page, isComplete: false })
  const more = justifiedRows(tiles(1, 1, 1.5, 1, 1.2, 0.8, 1, 1, 1, 1), { ...page, isComplete: false })
  expect(more.slice(0, some.length)).toEqual(some)
  expect(justifiedRows(tiles(1), { ...page, width: 0 })).toEqual([])
})

test('squares stand in columns', () => {
  const rows = squareRows(tiles(1, 2, 3, 4, 5), { width: 608, columns: 3, gap: 4, isComplete: true })
  expect(rows).toEqual([
    { key: '0+3', ids: ['0', '1', '2'], height: 200, widths: [200, 200, 200] },
    { key: '3+2', ids: ['3', '4'], height: 200, widths: [200, 200] },
  ])
  expect(squareRows(tiles(1, 2, 3, 4), { width: 608, columns: 3, gap: 4, isComplete: false })).toHaveLength(1)
})
