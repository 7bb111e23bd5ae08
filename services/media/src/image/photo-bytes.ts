import { formatOf } from './format-of.ts'
import { sniffLength } from './sniff.ts'

/** Bytes, once the first of them are those of a photo; no name and no declared type is believed. @throws ImageRefused */
export async function* photoBytes(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < sniffLength) continue
    formatOf(head)
    yield head
    head = undefined
  }
  if (head === undefined) return
  formatOf(head)
  yield head
}
