import { describe, expect, test } from 'vitest'
import {
  type Crop,
  held,
  isWhole,
  mirrored,
  moved,
  quarterTurned,
  sizeInPicture,
  transformTo,
  wholePicture,
  within,
  zoomed,
} from './crop.ts'

const picture = { width: 400, height: 300 }
const square: Crop = { ...wholePicture, aspect: 1 }

/** Where a point of the picture is on a canvas of the frame's aspect, 100 wide. */
function place(crop: Crop, x: number, y: number, of = picture): [number, number] {
  const { width, height } = sizeInPicture(of, crop)
  const [a, b, c, d, e, f] = transformTo({ width: 100, height: (100 * height) / width }, of, crop)
  return [Math.round((a * x + c * y + e) * 100) / 100, Math.round((b * x + d * y + f) * 100) / 100]
}

describe('what the frame shows', () => {
  test('nothing done to it, all of the picture', () => {
    expect(sizeInPicture(picture, wholePicture)).toEqual(picture)
    expect(place(wholePicture, 0, 0)).toEqual([0, 0])
    expect(place(wholePicture, 400, 300)).toEqual([100, 75])
    expect(isWhole(wholePicture, picture)).toBe(true)
    expect(isWhole({ ...wholePicture, aspect: 4 / 3 }, picture)).toBe(true)
    expect(isWhole(square, picture)).toBe(false)
  })

  test('a square is as large as the shorter side, from the middle', () => {
    expect(sizeInPicture(picture, square)).toEqual({ width: 300, height: 300 })
    expect(place(square, 50, 0)).toEqual([0, 0])
  })

  test('a quarter turn to the right brings the lower left corner to the upper left', () => {
    const crop = quarterTurned(picture, wholePicture)
    expect(sizeInPicture(picture, crop)).toEqual({ width: 300, height: 400 })
    expect(place(crop, 0, 300)).toEqual([0, 0])
    expect(place(crop, 0, 0)).toEqual([100, 0])
  })

  test('four quarter turns are none, and what was in the frame comes back', () => {
    const crop = held(picture, { ...wholePicture, aspect: 4 / 5, zoom: 2, x: 0.3, y: 0.6, angle: 5 })
    let turnedCrop = crop
    for (let turn = 0; turn < 4; turn++) turnedCrop = quarterTurned(picture, turnedCrop)
    expect(turnedCrop).toEqual({
      ...crop,
      x: expect.closeTo(crop.x),
      y: expect.closeTo(crop.y),
      aspect: expect.closeTo(0.8) as number,
    })
  })

  test('a mirror swaps left and right of what is seen, turned or not', () => {
    for (const crop of [wholePicture, quarterTurned(picture, wholePicture), { ...square, angle: 10 }]) {
      const [x, y] = place(crop, 120, 80)
      expect(place(mirrored(picture, crop), 120, 80)).toEqual([expect.closeTo(100 - x, 1), expect.closeTo(y, 1)])
    }
  })

  test.each([0, 3, -12, 30])('leaning by %d°, all four corners of the frame are in the picture', (angle) => {
    for (const zoom of [1, 2.5]) {
      for (const [x, y] of [
        [0, 0],
        [1, 1],
        [0.5, 0.5],
        [0.2, 0.9],
      ] as const) {
        const crop = held(picture, { ...square, angle, zoom, x, y })
        for (const corner of [
          [0, 0],
          [100, 0],
          [0, 100],
          [100, 100],
        ] as const) {
          const [px, py] = inverse(transformTo({ width: 100, height: 100 }, picture, crop), corner)
          expect(px).toBeGreaterThan(-0.01)
          expect(px).toBeLessThan(400.01)
          expect(py).toBeGreaterThan(-0.01)
          expect(py).toBeLessThan(300.01)
        }
      }
    }
  })
})

describe('moving', () => {
  const near = held(picture, { ...square, zoom: 3 })
  const cases: Crop[] = [
    near,
    { ...near, isMirrored: true },
    { ...near, angle: 20 },
    { ...near, angle: 20, isMirrored: true },
    quarterTurned(picture, { ...near, angle: -15 }),
  ]

  test.each(cases)('the picture goes with the hand: %o', (crop) => {
    const [x, y] = place(crop, 200, 150)
    const [movedX, movedY] = place(moved(picture, crop, 0.2, -0.1), 200, 150)
    expect([movedX - x, movedY - y]).toEqual([expect.closeTo(20, 1), expect.closeTo(-10, 1)])
  })

  test.each(cases)('what is under the fingers stays there while it comes nearer: %o', (crop) => {
    const point = inverse(transformTo({ width: 100, height: 100 }, picture, crop), [70, 40])
    const after = zoomed(picture, crop, 1.3, { right: 0.2, down: -0.1 })
    expect(place(after, ...point)).toEqual([expect.closeTo(70, 1), expect.closeTo(40, 1)])
  })

  test('no further than its edge, no nearer than is useful', () => {
    expect(moved(picture, square, 5, 5)).toMatchObject({ x: expect.closeTo(0.375) as number, y: 0.5 })
    expect(zoomed(picture, square, 100).zoom).toBe(6)
    expect(zoomed(picture, square, 0.01).zoom).toBe(1)
  })
})

test('sizes are kept within what is allowed', () => {
  expect(within({ width: 8000, height: 6000 }, 4096)).toEqual({ width: 4096, height: 3072 })
  expect(within({ width: 100, height: 50 }, 4096)).toEqual({ width: 100, height: 50 })
  expect(within({ width: 4000, height: 4000 }, 4096, 1_000_000)).toEqual({ width: 1000, height: 1000 })
})

function inverse([a, b, c, d, e, f]: readonly number[], [x, y]: readonly [number, number]): [number, number] {
  const determinant = a! * d! - b! * c!
  return [(d! * (x - e!) - c! * (y - f!)) / determinant, (a! * (y - f!) - b! * (x - e!)) / determinant]
}
