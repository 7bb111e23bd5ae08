import type { Size } from './crop.ts'

/** What the server takes. */
const photoLimits = { bytes: 50 * 1024 * 1024, pixels: 100_000_000 } as const

/** By content: the five that the server takes, `heic`, pictures of another kind, films, and what is neither. */
export type PhotoKind = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'heic' | 'other' | 'film' | 'none'

export const takenKinds: ReadonlySet<PhotoKind> = new Set(['jpeg', 'png', 'webp', 'avif', 'gif'])

/** Enough for the headers; in a JPEG much may stand before the size. */
const headBytes = 512 * 1024

/** Tells a file by its first bytes; its name and declared type may say anything. */
export function kindOf(head: Uint8Array): PhotoKind {
  const text = String.fromCodePoint(...head.subarray(0, 256))
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'gif'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp'
  if (text.slice(4, 8) === 'ftyp') return kindOfBrands(brandsOf(head, text))
  if (otherPictures.some((start) => text.startsWith(start)) || isSvg.test(text)) return 'other'
  return films.some((start) => text.startsWith(start)) ? 'film' : 'none'
}

// ISO/IEC 14496-12: size, 'ftyp', major brand, minor version, compatible brands.
function brandsOf(head: Uint8Array, text: string): string[] {
  const size = Math.min(view(head).getUint32(0), text.length)
  const brands = [text.slice(8, 12)]
  for (let at = 16; at + 4 <= size; at += 4) brands.push(text.slice(at, at + 4))
  return brands
}

const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'])

function kindOfBrands(brands: string[]): PhotoKind {
  if (brands.includes('avif')) return 'avif'
  return brands.some((brand) => heicBrands.has(brand)) ? 'heic' : 'film'
}

const otherPictures = [
  'II*\0',
  'MM\0*',
  'BM',
  '\0\0\x01\0',
  '8BPS',
  '\xff\x0a',
  '\0\0\0\x0cJXL ',
  '\0\0\0\x0cjP  ',
  'FUJIFILM',
  'IIU\0',
  'IIRO',
]
const films = ['\x1a\x45\xdf\xa3', 'RIFF', '\0\0\x01\xba', 'FLV']
const isSvg = /^(?:\xef\xbb\xbf)?(?:\s|<\?xml[^>]*>|<!--[^>]*>|<!DOCTYPE svg[^>]*>)*<svg[\s>]/i

/** How many pixels a picture has, as stored, if its header says so plainly. Read before anything is decoded. */
export function sizeOf(kind: PhotoKind, head: Uint8Array): Size | null {
  try {
    switch (kind) {
      case 'jpeg':
        return jpegSize(head)
      case 'png':
        return { width: view(head).getUint32(16), height: view(head).getUint32(20) }
      case 'gif':
        return { width: view(head).getUint16(6, true), height: view(head).getUint16(8, true) }
      case 'webp':
        return webpSize(head)
      default:
        return null
    }
  } catch {
    // It ends within its header: who decodes it will say so.
    return null
  }
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

// ITU T.81, annex B: segments, of which a frame header (SOF0…SOF15 without DHT, JPG and DAC) has the size.
function jpegSize(head: Uint8Array): Size | null {
  const data = view(head)
  let at = 2
  while (at + 9 < head.length) {
    if (data.getUint8(at) !== 0xff) return null
    const marker = data.getUint8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: data.getUint16(at + 5), width: data.getUint16(at + 7) }
    }
    if (marker === 0xda) return null
    at += 2 + data.getUint16(at + 2)
  }
  return null
}

// RFC 9649: VP8X says the size of the canvas, VP8 and VP8L that of the picture.
function webpSize(head: Uint8Array): Size | null {
  const data = view(head)
  const chunk = String.fromCodePoint(...head.subarray(12, 16))
  if (chunk === 'VP8X') {
    return { width: 1 + uint24(data, 24), height: 1 + uint24(data, 27) }
  }
  if (chunk === 'VP8L') {
    const bits = data.getUint32(21, true)
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >> 14) & 0x3fff) }
  }
  if (chunk === 'VP8 ') return { width: data.getUint16(26, true) & 0x3fff, height: data.getUint16(28, true) & 0x3fff }
  return null
}

function uint24(data: DataView, at: number): number {
  return data.getUint16(at, true) + (data.getUint8(at + 2) << 16)
}

/** Why a file is not taken. */
export type Refusal = 'empty' | 'film' | 'too-large' | 'too-many-pixels' | 'no-picture' | 'unsupported'

/** What can be said of a file without decoding it. */
export async function inspect(file: Blob): Promise<{ kind: PhotoKind; refusal: Refusal | null }> {
  if (file.size === 0) return { kind: 'none', refusal: 'empty' }
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  const kind = kindOf(head)
  if (kind === 'film') return { kind, refusal: 'film' }
  // What is not sent as it is may be larger.
  const mostBytes = takenKinds.has(kind) || kind === 'none' ? photoLimits.bytes : 4 * photoLimits.bytes
  if (file.size > mostBytes) return { kind, refusal: 'too-large' }
  if (kind === 'none') return { kind, refusal: 'no-picture' }
  const size = sizeOf(kind, head)
  return { kind, refusal: size && size.width * size.height > photoLimits.pixels ? 'too-many-pixels' : null }
}
