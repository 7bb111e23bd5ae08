export type ImageFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif'

/** What a file is by its first bytes; `unsupported` is an image (or film) of a kind that is not taken here. */
export type Sniffed = ImageFormat | 'unsupported' | 'unknown'

/** As many bytes as `sniff` looks at. */
export const sniffLength = 256
// Cameras add things behind the end of the picture.
const tailLength = 64 * 1024

/** Tells a file's format by its content; names and declared types are not believed. */
export function sniff(head: Uint8Array): Sniffed {
  // One character a byte: 'latin1' of TextDecoder would be windows-1252.
  const text = Buffer.from(head.subarray(0, sniffLength)).toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'gif'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp'
  if (text.slice(4, 8) === 'ftyp') return brands(text).includes('avif') ? 'avif' : 'unsupported'
  return isOtherImage(text) ? 'unsupported' : 'unknown'
}

// ISO/IEC 14496-12: size, 'ftyp', major brand, minor version, compatible brands.
function brands(text: string): string[] {
  const size = Math.min(Buffer.from(text, 'latin1').readUInt32BE(0), text.length)
  const found = [text.slice(8, 12)]
  for (let at = 16; at + 4 <= size; at += 4) found.push(text.slice(at, at + 4))
  return found
}

const otherImages = [
  'II*\0', // TIFF and most raw formats
  'MM\0*',
  'II+\0', // BigTIFF
  'MM\0+',
  'BM', // BMP
  '\0\0\x01\0', // ICO
  '8BPS', // Photoshop
  '\xff\x0a', // JPEG XL
  '\0\0\0\x0cJXL ',
  '\0\0\0\x0cjP  ', // JPEG 2000
  '\xff\x4f\xff\x51',
  '#?RADIANCE',
  'v/1\x01', // OpenEXR
  'gimp xcf',
]
const svg = /^(?:\xef\xbb\xbf)?(?:\s|<\?xml[^>]*>|<!--[^>]*>|<!DOCTYPE svg[^>]*>)*<svg[\s>]/i

function isOtherImage(text: string): boolean {
  return svg.test(text) || otherImages.some((start) => text.startsWith(start))
}

/**
 * Whether a file of that format stops before its own end. Only asked once a file could not be decoded, to tell
 * a cut file from a damaged one.
 */
export function endsEarly(format: ImageFormat, file: Buffer): boolean {
  const tail = file.subarray(-tailLength)
  switch (format) {
    case 'jpeg':
      return tail.lastIndexOf(Buffer.from([0xff, 0xd9])) === -1
    case 'png':
      return tail.lastIndexOf('IEND') === -1
    case 'gif':
      return tail.at(-1) !== 0x3b
    case 'webp':
      return file.length < 12 || file.readUInt32LE(4) + 8 > file.length
    default:
      // Where the boxes of AVIF end can only be told by walking them, which the decoder has done.
      return false
  }
}
