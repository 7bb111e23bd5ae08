import type { PassThrough, Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { ZipFile } from 'yazl'

export type ZipWriter = {
  /** What is to be stored while it comes; ends with an error if the ZIP cannot be finished. */
  output: Readable
  /** Writes one file; nothing of it stays in memory. Resolves when all of it has been read. */
  add(path: string, body: Readable, options: { compress: boolean }): Promise<void>
  /** Writes the directory at the end of the ZIP. */
  end(): void
  fail(error: Error): void
}

/** A ZIP that is written as a stream, with Zip64 where it is so large. @param mtime of all its files */
export function createZipWriter(mtime: Date): ZipWriter {
  const zip = new ZipFile()
  const output = zip.outputStream as PassThrough
  const broken = finished(output, { readable: true, writable: false })
  broken.catch(() => {})
  zip.on('error', (error: Error) => output.destroy(error))
  return {
    output,
    async add(path, body, { compress }) {
      body.on('error', (error) => output.destroy(error))
      zip.addReadStream(body, path, { compress, mtime, mode: 0o100644 })
      try {
        await Promise.race([finished(body, { writable: false }), broken])
      } finally {
        body.destroy()
      }
    },
    end: () => zip.end(),
    fail: (error) => output.destroy(error),
  }
}
