/** Looks, named after what made prints look so. Each is a mix of the channels and a curve for each of red, green and blue. */
export const processes = {
  silver: {
    mix: monochrome(0.34, 0.5, 0.16),
    curves: [
      [8, 58, 128, 202, 250],
      [8, 58, 128, 202, 250],
      [10, 60, 129, 202, 249],
    ],
  },
  platinum: {
    mix: monochrome(0.3, 0.52, 0.18),
    curves: [
      [38, 86, 146, 203, 247],
      [34, 80, 138, 196, 242],
      [31, 73, 128, 184, 229],
    ],
  },
  salt: {
    mix: monochrome(0.14, 0.46, 0.4),
    curves: [
      [60, 108, 162, 212, 247],
      [38, 80, 132, 189, 234],
      [34, 68, 112, 165, 214],
    ],
  },
  cyanotype: {
    mix: monochrome(0.1, 0.42, 0.48),
    curves: [
      [6, 30, 84, 164, 240],
      [26, 66, 122, 188, 244],
      [62, 112, 164, 208, 238],
    ],
  },
  autochrome: {
    mix: saturated(0.74),
    curves: [
      [20, 78, 142, 200, 246],
      [14, 66, 126, 186, 236],
      [26, 72, 116, 164, 208],
    ],
  },
  dye: {
    mix: saturated(1.28),
    curves: [
      [0, 52, 132, 208, 255],
      [2, 52, 128, 204, 254],
      [6, 56, 126, 200, 250],
    ],
  },
} satisfies Record<string, Process>

interface Process {
  /** What red, green and blue become of red, green and blue, row by row. */
  mix: readonly number[]
  /** For each channel, what becomes of 0, 64, 128, 192 and 255. */
  curves: readonly (readonly [number, number, number, number, number])[]
}

export type ProcessName = keyof typeof processes

/** How a picture is developed: all of it, or as much of the look as somebody likes. */
export interface Look {
  process: ProcessName
  /** 0 to 1. */
  strength: number
}

function monochrome(red: number, green: number, blue: number): number[] {
  return [red, green, blue, red, green, blue, red, green, blue]
}

function saturated(amount: number): number[] {
  const grey = [0.2126, 0.7152, 0.0722]
  return Array.from({ length: 9 }, (_, at) => (grey[at % 3] ?? 0) * (1 - amount) + (at % 4 === 0 ? amount : 0))
}

/** A table of what a curve makes of each value: smooth through its five points, and never back down (Fritsch, Carlson). */
export function curveTable(points: readonly number[]): Uint8ClampedArray {
  const at = [0, 64, 128, 192, 255]
  const rise = at.slice(1).map((x, i) => ((points[i + 1] ?? 0) - (points[i] ?? 0)) / (x - (at[i] ?? 0)))
  const slopes = at.map((_, i) => {
    const [before, after] = [rise[i - 1], rise[i]]
    if (before === undefined || after === undefined) return before ?? after ?? 0
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after)
  })
  return Uint8ClampedArray.from({ length: 256 }, (_, x) => {
    const i = Math.min(3, Math.floor(x / 64))
    const width = (at[i + 1] ?? 0) - (at[i] ?? 0)
    const t = (x - (at[i] ?? 0)) / width
    const [from, to] = [points[i] ?? 0, points[i + 1] ?? 0]
    return (
      from * (1 + 2 * t) * (1 - t) ** 2 +
      (slopes[i] ?? 0) * width * t * (1 - t) ** 2 +
      to * t * t * (3 - 2 * t) +
      (slopes[i + 1] ?? 0) * width * t * t * (t - 1)
    )
  })
}

const tables = new Map<ProcessName, Uint8ClampedArray[]>()

function tablesOf(process: ProcessName): Uint8ClampedArray[] {
  const known = tables.get(process) ?? processes[process].curves.map(curveTable)
  tables.set(process, known)
  return known
}

/** Develops pixels (RGBA, 8 bit) where they lie. The one place where it is done: a preview is what a print will be. */
export function develop(pixels: Uint8ClampedArray, { process, strength }: Look): void {
  const [rr = 0, rg = 0, rb = 0, gr = 0, gg = 0, gb = 0, br = 0, bg = 0, bb = 0] = processes[process].mix
  const [reds, greens, blues] = tablesOf(process) as [Uint8ClampedArray, Uint8ClampedArray, Uint8ClampedArray]
  const kept = 1 - strength
  const last = pixels.length - 3
  for (let at = 0; at < last; at += 4) {
    const red = pixels[at]!
    const green = pixels[at + 1]!
    const blue = pixels[at + 2]!
    pixels[at] = red * kept + reds[index(red * rr + green * rg + blue * rb)]! * strength
    pixels[at + 1] = green * kept + greens[index(red * gr + green * gg + blue * gb)]! * strength
    pixels[at + 2] = blue * kept + blues[index(red * br + green * bg + blue * bb)]! * strength
  }
}

function index(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : (value + 0.5) | 0
}
