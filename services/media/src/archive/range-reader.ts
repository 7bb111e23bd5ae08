import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { callbackify } from 'node:util'
import { RandomAccessReader } from 'yauzl'
import { type Storage, StorageUnavailable } from '../storage.ts'

const blockBytes = 1024 * 1024

/**
 * A ZIP in S3, read where it is asked for. A directory is read in many small pieces: they come out of one block that is kept.
 * @throws to its callers StorageUnavailable
 */
export class RangeReader extends RandomAccessReader {
  readonly #storage: Storage
  readonly #key: string
  readonly #bytes: number
  readonly #signal: AbortSignal
  #block: { from: number; data: Buffer } | undefined

  constructor(storage: Storage, key: string, bytes: number, signal: AbortSignal) {
    super()
    this.#storage = storage
    this.#key = key
    this.#bytes = bytes
    this.#signal = signal
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const through = new PassThrough()
    const opening = this.#open(start, end).then((body) => pipeline(body, through))
    opening.catch((error: unknown) => through.destroy(asUnavailable(error)))
    return through
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    async function answer(block: Promise<{ from: number; data: Buffer }>): Promise<number> {
      const { from, data } = await block
      return data.copy(buffer, offset, position - from, position - from + length)
    }
    callbackify(answer)(this.#blockOf(position, length), (error, bytesRead) => {
      callback(error === null ? null : asUnavailable(error), bytesRead)
    })
  }

  async #blockOf(position: number, length: number): Promise<{ from: number; data: Buffer }> {
    const known = this.#block
    if (known && position >= known.from && position + length <= known.from + known.data.length) return known
    const to = Math.min(this.#bytes, position + Math.max(length, blockBytes))
    const parts: Buffer[] = []
    if (to > position) {
      for await (const chunk of (await this.#open(position, to)) as AsyncIterable<Buffer>) parts.push(chunk)
    }
    this.#block = { from: position, data: Buffer.concat(parts) }
    return this.#block
  }

  async #open(start: number, end: number): Promise<Readable> {
    const answer = await this.#storage.read(this.#key, { range: `bytes=${start}-${end - 1}`, signal: this.#signal })
    if (answer.outcome !== 'found') throw new StorageUnavailable(`${this.#key}: ${answer.outcome}`)
    return answer.body
  }
}

function asUnavailable(error: unknown): Error {
  return error instanceof StorageUnavailable ? error : new StorageUnavailable('the archive broke off', { cause: error })
}
