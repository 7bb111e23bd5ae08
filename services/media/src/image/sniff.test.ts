import { describe, expect, test } from 'vitest'
import { endsEarly, sniff } from './sniff.ts'

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

describe('sniff', () => {
  test.each([
    ['jpeg', '\xff\xd8\xff\xe0\0\x10JFIF'],
    ['png', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR'],
    ['gif', 'GIF87a'],
    ['gif', 'GIF89a'],
    ['webp', 'RIFF\x10\0\0\0WEBPVP8 '],
    ['avif', '\0\0\0\x1cftypavif\0\0\0\0avifmif1'],
    ['avif', '\0\0\0\x1cftypmif1\0\0\0\0mif1avif'],
    ['unsupported', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['unsupported', '\0\0\0\x18ftypmp42\0\0\0\0isommp42'],
    // A brand behind the end of its box counts for nothing.
    ['unsupported', '\0\0\0\x14ftypheic\0\0\0\0heicavif'],
    ['unsupported', 'II*\0\x08\0\0\0'],
    ['unsupported', 'BM6\0\0\0'],
    ['unsupported', '<svg xmlns="http://www.w3.org/2000/svg">'],
    ['unsupported', '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- made by hand -->\n<!DOCTYPE svg>\n<svg>'],
    ['unknown', 'RIFF\x10\0\0\0WAVEfmt '],
    ['unknown', '%PDF-1.7'],
    ['unknown', '<html><svg>'],
    ['unknown', '\xff\xd8'],
    ['unknown', '\0\0\0\x18fty'],
    ['unknown', ''],
  ])('%s: %j', (format, start) => {
    expect(sniff(latin1(start))).toBe(format)
  })

  test('takes no longer for a start that is made to confuse', () => {
    const startedAt = performance.now()
    for (const evil of [' '.repeat(256), '<?xml'.repeat(50), '<!--'.repeat(64), '<!-->'.repeat(50)]) sniff(latin1(evil))
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
})

test('endsEarly tells a cut file from a damaged one', () => {
  expect(endsEarly('jpeg', latin1('\xff\xd8\xff … \xff\xd9 and what the camera adds'))).toBe(false)
  expect(endsEarly('jpeg', latin1('\xff\xd8\xff … '))).toBe(true)
  expect(endsEarly('png', latin1('\x89PNG … IEND\xaeB`\x82'))).toBe(false)
  expect(endsEarly('png', latin1('\x89PNG … IDAT'))).toBe(true)
  expect(endsEarly('gif', latin1('GIF89a … ;'))).toBe(false)
  expect(endsEarly('gif', latin1('GIF89a … '))).toBe(true)
  expect(endsEarly('webp', latin1('RIFF\x08\0\0\0WEBPVP8 '))).toBe(false)
  expect(endsEarly('webp', latin1('RIFF\x09\0\0\0WEBPVP8 '))).toBe(true)
})
