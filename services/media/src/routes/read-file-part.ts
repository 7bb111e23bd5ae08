import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { invalid, problem } from '@daguerre/kit/problem'
import busboy from 'busboy'

/** Largest body of an upload: the file, and what multipart puts around it. */
export const uploadBodyLimit = 53 * 1024 * 1024

/**
 * Reads a multipart body with exactly one part, a file named `file`, as it comes in: `take` gets the bytes and sets the
 * pace. When something is wrong it still reads on to the end (at most `uploadBodyLimit`), since most clients see an
 * answer only after they have sent all; nothing of that is kept.
 * @throws Problem 415, 413, 400, 422, or what `take` threw
 */
export async function readFilePart<T>(request: Request, take: (file: Readable) => Promise<T>): Promise<T> {
  const contentType = request.headers.get('content-type') ?? ''
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) {
    throw problem(415, 'request.unsupported_media_type', 'This route takes multipart/form-data.')
  }
  if (Number(request.headers.get('content-length') ?? 0) > uploadBodyLimit) throw tooLarge({ connection: 'close' })
  const parser = createParser(contentType)
  let failure: { error: unknown } | undefined
  const failed = Promise.withResolvers<void>()
  const parsed = Promise.withResolvers<void>()
  let taking: Promise<T> | undefined

  function fail(error: unknown): void {
    failure ??= { error }
    failed.resolve()
  }

  parser.on('file', (name, stream) => {
    // A parser that is destroyed ends its file with an error, which nobody may listen to any more.
    stream.on('error', () => {})
    if (name !== 'file' || taking) {
      fail(invalidFile(name === 'file' ? 'must be sent once' : 'is not known here', name))
      stream.resume()
      return
    }
    taking = take(stream)
    taking.catch((error: unknown) => fail(isUnexpectedEnd(error) ? malformed() : error))
  })
  parser.on('field', (name) => {
    fail(invalidFile(name === 'file' ? 'must be a file, with a file name' : 'is not known here', name))
  })
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    parser.on(limit, () => fail(invalidFile('must be the only part, sent once')))
  }
  parser.on('error', () => fail(malformed()))
  parser.on('close', () => parsed.resolve())

  let received = 0
  try {
    for await (const chunk of request.body ?? []) {
      received += chunk.length
      if (received > uploadBodyLimit) {
        fail(tooLarge({ connection: 'close' }))
        break
      }
      if (!failure && !parser.write(chunk)) {
        const drained = new AbortController()
        await Promise.race([once(parser, 'drain', { signal: drained.signal }).catch(() => {}), failed.promise])
        drained.abort()
      }
    }
  } catch {
    fail(problem(400, 'request.cut_off', 'The connection ended before the upload did.'))
  }
  if (!failure) {
    parser.end()
    await Promise.race([parsed.promise, failed.promise])
  }
  if (failure) parser.destroy(failure.error instanceof Error ? failure.error : undefined)
  const result = await taking?.catch(fail)
  if (failure) throw failure.error
  if (!taking) throw invalidFile('is required')
  return result as T
}

function createParser(contentType: string): busboy.Busboy {
  try {
    return busboy({
      headers: { 'content-type': contentType },
      // One more than is taken of each, so that a second one is noticed.
      limits: { files: 2, fields: 2, parts: 4, fieldNameSize: 100, fieldSize: 1000, headerPairs: 20 },
    })
  } catch {
    throw malformed()
  }
}

// How busboy ends a file whose closing boundary does not come.
function isUnexpectedEnd(error: unknown): boolean {
  return error instanceof Error && /^Unexpected end of (?:file|form)$/.test(error.message)
}

function malformed() {
  return problem(400, 'request.malformed', 'The body is not well-formed multipart/form-data.')
}

function tooLarge(headers: Record<string, string>) {
  return problem(413, 'media.too_large', 'A photo may have at most 50 MB.', { headers })
}

function invalidFile(detail: string, name = 'file') {
  return invalid([{ pointer: `#/${encodeURIComponent(name.slice(0, 100))}`, detail }])
}
