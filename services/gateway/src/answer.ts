import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { StoredAnswer } from './micro-cache.ts'

const gzipAsync = promisify(gzip)
const brotliAsync = promisify(brotliCompress)

/** Below this a compressed answer is no shorter on the wire than its packet. */
export const minCompressedBytes = 1024
export const compressible =
  /^(?:application\/(?:[\w.+-]*\+)?json|text\/|application\/javascript|application\/wasm|image\/svg|image\/x-icon)/

export type Encoding = 'br' | 'gzip'

/** A weak validator (RFC 9110 §8.8.1) of the body: weak, since compression changes the bytes. */
export function etagOf(body: Buffer): string {
  return `W/"${hash('sha1', body, 'base64url')}"`
}

/** RFC 9110 §13.1.2, weak comparison. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string | null): boolean {
  if (!ifNoneMatch || !etag) return false
  if (ifNoneMatch.trim() === '*') return true
  const wanted = opaqueTag(etag)
  return ifNoneMatch.split(',').some((tag) => opaqueTag(tag) === wanted)
}

function opaqueTag(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}

/** br or gzip, whichever the client takes (a quality of 0 refuses); null for none. */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding | null {
  const accepted = new Map(
    (acceptEncoding ?? '').split(',').map((item): [string, number] => {
      const [name = '', ...parameters] = item.trim().toLowerCase().split(';')
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean)
      return [name, quality === undefined ? 1 : Number(quality)]
    }),
  )
  if ((accepted.get('br') ?? 0) > 0) return 'br'
  if ((accepted.get('gzip') ?? 0) > 0) return 'gzip'
  return null
}

async function compress(body: Buffer, encoding: Encoding): Promise<Buffer> {
  return encoding === 'gzip'
    ? await gzipAsync(body, { level: 5 })
    : await brotliAsync(body, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_SIZE_HINT]: body.length },
      })
}

/** The answer for one client: 304 if it has it already, compressed if it takes that, without its body for HEAD. */
export async function answerFor(
  stored: StoredAnswer,
  request: { method: string; ifNoneMatch: string | undefined; acceptEncoding: string | undefined },
): Promise<Response> {
  const headers: [string, string][] = [...stored.headers, ['vary', 'accept-encoding']]
  if (stored.status === 200 && matchesEtag(request.ifNoneMatch, headerOf(stored, 'etag'))) {
    const kept = headers.filter(([name]) => name !== 'content-type' && name !== 'content-length')
    return new Response(null, { status: 304, headers: kept })
  }
  let { body } = stored
  const encoding = chooseEncoding(request.acceptEncoding)
  if (encoding && body.length >= minCompressedBytes && compressible.test(headerOf(stored, 'content-type') ?? '')) {
    body = await compress(body, encoding)
    headers.push(['content-encoding', encoding])
  }
  if (stored.status === 204) return new Response(null, { status: 204, headers })
  headers.push(['content-length', String(body.length)])
  return new Response(request.method === 'HEAD' ? null : (body as Buffer<ArrayBuffer>), {
    status: stored.status,
    headers,
  })
}

function headerOf({ headers }: StoredAnswer, wanted: string): string | null {
  return headers.find(([name]) => name === wanted)?.[1] ?? null
}
