import { describe, expect, test } from 'vitest'
import { inspect, kindOf, sizeOf } from './photo-file.ts'

function bytes(...parts: (string | number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? Array.from(part, (c) => c.codePointAt(0) ?? 0) : part)),
  )
}
function ftyp(major: string, ...others: string[]): Uint8Array {
  return bytes([0, 0, 0, 16 + 4 * others.length], 'ftyp', major, [0, 0, 0, 0], ...others)
}

const jpeg = bytes(
  [0xff, 0xd8],
  [0xff, 0xe1, 0, 6, 1, 2, 3, 4],
  [0xff, 0xc4, 0, 3, 0],
  [0xff, 0xff, 0xc2, 0, 11, 8, 0x0b, 0xb8, 0x0f, 0xa0, 3, 0, 0, 0],
)
const png = bytes([0x89], 'PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0, 0x2e, 0xe0, 0, 0, 0x27, 0x10])

describe('what a file is, by its content', () => {
  test.each([
    ['jpeg', jpeg],
    ['png', png],
    ['gif', bytes('GIF89a', [10, 0, 20, 0])],
    ['webp', bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 ')],
    ['avif', ftyp('avif', 'mif1')],
    ['avif', ftyp('mif1', 'miaf', 'avif')],
    ['heic', ftyp('heic', 'mif1')],
    ['heic', ftyp('mif1', 'heic')],
    ['other', bytes('BM', [1, 2, 3])],
    ['other', bytes('II*\0')],
    ['other', bytes('<?xml version="1.0"?><svg xmlns="">')],
    ['film', ftyp('isom', 'mp42')],
    ['film', ftyp('qt  ')],
    ['film', bytes([0x1a, 0x45, 0xdf, 0xa3])],
    ['none', bytes('%PDF-1.7')],
    ['none', bytes('')],
  ])('%s', (kind, head) => {
    expect(kindOf(head)).toBe(kind)
  })
})

test('the size is read from the header, over other segments', () => {
  expect(sizeOf('jpeg', jpeg)).toEqual({ width: 4000, height: 3000 })
  expect(sizeOf('png', png)).toEqual({ width: 12_000, height: 10_000 })
  expect(sizeOf('gif', bytes('GIF89a', [10, 0, 20, 1]))).toEqual({ width: 10, height: 276 })
  const vp8x = bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0], [0x9f, 0x0f, 0], [0xff, 0, 1])
  expect(sizeOf('webp', vp8x)).toEqual({ width: 4000, height: 65_792 })
})

test('a header that is cut off says nothing', () => {
  for (let length = 0; length < jpeg.length - 5; length++) expect(sizeOf('jpeg', jpeg.subarray(0, length))).toBeNull()
  expect(sizeOf('png', png.subarray(0, 18))).toBeNull()
})

describe('files that are not taken', () => {
  test.each([
    ['empty', new Blob([])],
    ['no-picture', new Blob(['%PDF-1.7'])],
    ['film', new Blob([ftyp('isom') as BlobPart])],
    ['too-many-pixels', new Blob([png as BlobPart])],
    ['too-large', new Blob([jpeg as BlobPart, new Uint8Array(51 * 1024 * 1024)])],
  ])('%s', async (refusal, file) => {
    expect(await inspect(file)).toMatchObject({ refusal })
  })

  test('a photo is', async () => {
    expect(await inspect(new Blob([jpeg as BlobPart]))).toEqual({ kind: 'jpeg', refusal: null })
  })
})
