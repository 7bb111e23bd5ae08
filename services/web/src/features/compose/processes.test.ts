import { describe, expect, test } from 'vitest'
import { curveTable, develop, processes, type ProcessName } from './processes.ts'

const names = Object.keys(processes) as ProcessName[]

function developed(process: ProcessName, colour: [number, number, number], strength = 1): number[] {
  const pixels = Uint8ClampedArray.from([...colour, 200])
  develop(pixels, { process, strength })
  return [...pixels]
}

test('a curve goes through its points and never back', () => {
  const table = curveTable([10, 40, 150, 210, 250])
  expect([0, 64, 128, 192, 255].map((x) => table[x])).toEqual([10, 40, 150, 210, 250])
  for (let x = 1; x < 256; x++) expect(table[x]).toBeGreaterThanOrEqual(table[x - 1]!)
})

test('the straight curve changes nothing', () => {
  expect([...curveTable([0, 64, 128, 192, 255])]).toEqual(Array.from({ length: 256 }, (_, x) => x))
})

describe.each(names)('%s', (process) => {
  test('greys stay in order, nothing is transparent, none of it is nothing', () => {
    let before = -1
    for (let grey = 0; grey < 256; grey++) {
      const [red = 0, green = 0, blue = 0, alpha] = developed(process, [grey, grey, grey])
      const light = red + green + blue
      expect(light).toBeGreaterThanOrEqual(before)
      expect(alpha).toBe(200)
      before = light
    }
    expect(developed(process, [12, 34, 56], 0)).toEqual([12, 34, 56, 200])
  })

  test('half of it lies half-way', () => {
    const [all, half] = [developed(process, [180, 90, 30]), developed(process, [180, 90, 30], 0.5)]
    const colour = [180, 90, 30]
    for (const [i, value] of colour.entries()) {
      expect(Math.abs((half[i] ?? 0) - (value + (all[i] ?? 0)) / 2)).toBeLessThanOrEqual(1)
    }
  })
})

test('silver has no colour to speak of, cyanotype is blue', () => {
  const [red = 0, green = 0, blue = 0] = developed('silver', [220, 40, 40])
  expect(Math.max(red, green, blue) - Math.min(red, green, blue)).toBeLessThan(4)
  const cyan = developed('cyanotype', [120, 120, 120])
  expect(cyan[2]).toBeGreaterThan((cyan[0] ?? 0) + 60)
})
