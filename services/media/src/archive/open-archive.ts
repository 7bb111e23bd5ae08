import type { Readable } from 'node:stream'
import type { ArchiveFailure } from '@daguerre/contracts'
import { type Entry, fromRandomAccessReaderPromise, type ZipFile } from 'yauzl'
import { Refused } from '../refused.ts'
import { type Storage, StorageUnavailable } from '../storage.ts'
import { RangeReader } from './range-reader.ts'

/** An archive of which nothing will be taken. It is given no cause: those quote what is in it, and would in the log. */
export class ArchiveRefused extends Refused<ArchiveFailure> {
  override readonly name = 'ArchiveRefused'
}

export type Archive = {
  /** Its files by their paths. */
  entries: ReadonlyMap<string, ArchiveEntry>
  /** The bytes of a file, unpacked. Ends with an error if they are more or fewer than declared. */
  open(entry: ArchiveEntry): Promise<Readable>
  /** A small file as text. @throws ArchiveRefused if it is larger than `maxBytes`, or no UTF-8 */
  text(entry: ArchiveEntry, maxBytes: number): Promise<string>
}

export type ArchiveEntry = Pick<Entry, 'fileName' | 'crc32' | 'uncompressedSize'> & {
  /** False of what is encrypted, or packed in a way that is not unpacked here. */
  isReadable: boolean
}

const mostEntries = 200_000
/** How much more there may be than the ZIP itself has: JSON packs well, photographs not at all. */
const mostTimes = 10
const slackBytes = 512 * 1024 * 1024

/**
 * Looks into a ZIP in S3, without unpacking it anywhere: names are keys of a map, nothing is ever written to a path. What is made to do harm (a bomb,
 * files that lie on each other, two of one name, a way up) is refused by the directory alone; ZIPs in it are files as any other, and not opened.
 * @throws ArchiveRefused `archive_damaged`, `archive_too_large`; StorageUnavailable
 */
export async function openArchive(
  storage: Storage,
  { key, bytes, signal }: { key: string; bytes: number; signal: AbortSignal },
): Promise<Archive> {
  const reader = new RangeReader(storage, key, bytes, signal)
  const zip = await damaged(fromRandomAccessReaderPromise(reader, bytes, { autoClose: false, strictFileNames: true }))
  const originals = await damaged(readDirectory(zip, bytes))
  async function open({ fileName }: ArchiveEntry): Promise<Readable> {
    return damaged(zip.openReadStreamPromise(originals.get(fileName)!))
  }
  const entries = [...originals].map(([name, entry]) => {
    const { fileName, crc32, uncompressedSize, compressionMethod } = entry
    const isReadable = !entry.isEncrypted() && (compressionMethod === 0 || compressionMethod === 8)
    return [name, { fileName, crc32, uncompressedSize, isReadable }] as const
  })
  return {
    entries: new Map(entries),
    open,
    async text(entry, maxBytes) {
      if (!entry.isReadable) throw new ArchiveRefused('archive_damaged')
      if (entry.uncompressedSize > maxBytes) throw new ArchiveRefused('archive_too_large')
      const parts: Buffer[] = []
      // No more can come than was declared: the stream ends with an error then.
      await damaged(
        (async () => {
          for await (const part of (await open(entry)) as AsyncIterable<Buffer>) parts.push(part)
        })(),
      )
      return decode(Buffer.concat(parts))
    },
  }
}

async function readDirectory(zip: ZipFile, bytes: number): Promise<Map<string, Entry>> {
  if (zip.entryCount > mostEntries) throw new ArchiveRefused('archive_too_large')
  const found = new Map<string, Entry>()
  const places: { from: number; to: number }[] = []
  let unpacked = 0
  for await (const entry of zip.eachEntry()) {
    if (found.has(entry.fileName)) throw new Error(`two files are ${entry.fileName}`)
    if (entry.fileName.endsWith('/')) continue
    unpacked += entry.uncompressedSize
    if (unpacked > mostTimes * bytes + slackBytes) throw new ArchiveRefused('archive_too_large')
    places.push({
      from: entry.relativeOffsetOfLocalHeader,
      to: entry.relativeOffsetOfLocalHeader + 30 + entry.compressedSize,
    })
    found.set(entry.fileName, entry)
  }
  places.sort((a, b) => a.from - b.from)
  for (const [index, { to }] of places.entries()) {
    if (to > (places[index + 1]?.from ?? bytes)) throw new Error('files lie on each other')
  }
  return found
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ArchiveRefused('archive_damaged')
  }
}

/** Whatever is wrong with a ZIP is said as one thing; S3 being away is another. */
async function damaged<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ArchiveRefused || error instanceof StorageUnavailable) throw error
    throw new ArchiveRefused('archive_damaged')
  }
}
