import { ImageRefused } from './failure.ts'
import { type ImageFormat, sniff } from './sniff.ts'

/** Which of the formats that are taken here a file has, by its first bytes. @throws ImageRefused not_an_image, unsupported_type */
export function formatOf(head: Uint8Array): ImageFormat {
  const format = sniff(head)
  if (format === 'unknown') throw new ImageRefused('not_an_image')
  if (format === 'unsupported') throw new ImageRefused('unsupported_type')
  return format
}
