import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { chooseEncoding, compressible, type Encoding, etagOf, matchesEtag, minCompressedBytes } from '../answer.ts'

/** A file as it is kept in memory, with its shorter forms: those that lie beside it, else made when first asked for. */
export interface WebFile {
  body: Buffer
  headers: [string, string][]
  encoded: Map<Encoding, Promise<Buffer>>
}

export function webFile(body: Buffer, type: string, caching: string): WebFile {
  return {
    body,
    headers: [
      ['content-type', type],
      ['cache-control', caching],
      ['etag', etagOf(body)],
    ],
    encoded: new Map(),
  }
}

const gzipAsync = promisify(gzip)
const brotliAsync = promisify(brotliCompress)

function shortened(body: Buffer, encoding: Encoding): Promise<Buffer> {
  return encoding === 'gzip'
    ? gzipAsync(body, { level: 9 })
    : brotliAsync(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
      })
}

/** A file for one client: 304 if it has it, in the shortest form that it takes, without its body for HEAD. */
export async function answerFile(
  file: WebFile,
  request: { method: string; ifNoneMatch: string | undefined; acceptEncoding: string | undefined },
  more: [string, string][],
): Promise<Response> {
  const headers = new Headers([...file.headers, ...more])
  const isCompressible = file.body.length >= minCompressedBytes && compressible.test(headers.get('content-type') ?? '')
  if (isCompressible || file.encoded.size > 0) headers.append('vary', 'accept-encoding')
  if (matchesEtag(request.ifNoneMatch, headers.get('etag'))) {
    headers.delete('content-type')
    return new Response(null, { status: 304, headers })
  }
  let { body } = file
  const encoding = chooseEncoding(request.acceptEncoding)
  if (encoding && isCompressible && !file.encoded.has(encoding)) {
    file.encoded.set(encoding, shortened(file.body, encoding))
  }
  const shorter = encoding && file.encoded.get(encoding)
  if (shorter) {
    body = await shorter
    headers.set('content-encoding', encoding)
  }
  headers.set('content-length', String(body.length))
  return new Response(request.method === 'HEAD' ? null : new Uint8Array(body), { status: 200, headers })
}
