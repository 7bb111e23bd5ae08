import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'

type Bytes = Buffer<ArrayBuffer>

/**
 * Red, green, blue and white in the four corners: which way up a picture is can be seen. `width` and `height` are of the
 * upright picture; the pixels are stored as the EXIF orientation says (TIFF 6.0: what the first row and column are of it).
 */
export function quarters(width: number, height: number, orientation = 1): Sharp {
  const isTurned = orientation >= 5
  const [storedWidth, storedHeight] = isTurned ? [height, width] : [width, height]
  const fromRight = [2, 3, 6, 7].includes(orientation)
  const fromBottom = [3, 4, 7, 8].includes(orientation)
  const pixels = Buffer.alloc(width * height * 3)
  for (let row = 0; row < storedHeight; row++) {
    for (let column = 0; column < storedWidth; column++) {
      const [across, down] = isTurned ? [row, column] : [column, row]
      const isLeft = across < width / 2 !== fromRight
      const isTop = down < height / 2 !== fromBottom
      pixels.set(cornerColours[(isTop ? 0 : 2) + (isLeft ? 0 : 1)]!, (row * storedWidth + column) * 3)
    }
  }
  return sharp(pixels, { raw: { width: storedWidth, height: storedHeight, channels: 3 } })
}

const cornerColours = [
  [220, 30, 30],
  [30, 200, 40],
  [40, 50, 220],
  [250, 250, 250],
]
const cornerNames = ['red', 'green', 'blue', 'white']

/** Names of the colours in the corners: top left, top right, bottom left, bottom right. */
export async function cornersOf(image: Buffer): Promise<string[]> {
  const { data, info } = await rawOf(image)
  return [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.2, 0.8],
    [0.8, 0.8],
  ].map(([x, y]) => {
    const at = (Math.floor(y! * info.height) * info.width + Math.floor(x! * info.width)) * info.channels
    const distances = cornerColours.map((colour) => Math.hypot(...colour.map((value, i) => value - data[at + i]!)))
    return cornerNames[distances.indexOf(Math.min(...distances))]!
  })
}

/** The colour in the middle. */
export async function middleOf(image: Buffer): Promise<number[]> {
  const { data, info } = await rawOf(image)
  const at = (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels
  return [...data.subarray(at, at + info.channels)]
}

// Only the decoders that the service allows itself can run here as well.
function rawOf(image: Buffer) {
  return sharp(image).raw().toBuffer({ resolveWithObject: true })
}

export async function bytes(image: Sharp): Promise<Bytes> {
  return Buffer.from(await image.toBuffer())
}

export function solid(width: number, height: number, background: string): Sharp {
  return sharp({ create: { width, height, channels: 3, background }, limitInputPixels: false })
}

/** A photo of some size and grain that no encoder makes small. */
export function grain(width: number, height: number, channels: 1 | 2 | 3 | 4 = 3): Sharp {
  const pixels = Buffer.alloc(width * height * channels)
  let seed = 1839
  for (let i = 0; i < pixels.length; i++) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    pixels[i] = seed >> 16
  }
  return sharp(pixels, { raw: { width, height, channels } })
}

/** An encoded picture, as fast as the encoder can. */
export async function encoded(image: Sharp, format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif'): Promise<Bytes> {
  return bytes(image.toFormat(format, { quality: 90, ...((format === 'avif' || format === 'webp') && { effort: 0 }) }))
}

/** A PNG with one more chunk in front of its pixels. */
export function withChunk(png: Buffer, type: string, data: Buffer): Bytes {
  // Behind 8 bytes of signature and 25 of IHDR.
  return Buffer.concat([png.subarray(0, 33), chunkOf(type, data), png.subarray(33)])
}

function chunkOf(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

/** A black PNG of one bit a pixel: few bytes, many pixels. */
export function bombPng(width: number, height: number): Bytes {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunkOf('IHDR', header),
    chunkOf('IDAT', deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 1 })),
    chunkOf('IEND', Buffer.alloc(0)),
  ])
}

/** Something as varied as a photo, 400 × 300: light and dark areas of many sizes, others with each seed. */
export function scene(seed: number): Sharp {
  const [width, height] = [400, 300]
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0
  function random(): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  const waves = Array.from({ length: 40 }, (_, index) => ({
    across: random() * (2 + index / 4),
    down: (random() - 0.5) * (4 + index / 2),
    phase: random() * Math.PI * 2,
    strength: 60 / (1 + index / 4),
  }))
  const pixels = Buffer.alloc(width * height * 3)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let light = 128
      for (const { across, down, phase, strength } of waves) {
        light += strength * Math.cos(Math.PI * 2 * ((across * column) / width + (down * row) / height) + phase)
      }
      const at = (row * width + column) * 3
      pixels[at] = Math.min(255, Math.max(0, light * 1.1))
      pixels[at + 1] = Math.min(255, Math.max(0, light))
      pixels[at + 2] = Math.min(255, Math.max(0, light * 0.8))
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}
