import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as OTLP or Zipkin told of it. */
export interface CollectedSpan {
  service: string
  name: string
  traceId: string
  spanId: string
  parentId: string | null
  /** Whether a service made it, rather than its sidecar. */
  ofService: boolean
}

export interface Collector {
  url: string
  close(): Promise<void>
}

const mostSpans = 50_000
const mostBodies = 2_000
const namespace = 'daguerre'

/**
 * Takes spans by OTLP over HTTP (JSON from services, protobuf from sidecars) at /v1/traces and by Zipkin at
 * /api/v2/spans; GET /traces/<id> gives those of a trace, /bodies all as it came.
 */
export async function startCollector(host = '127.0.0.1'): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const bodies: Buffer[] = []
  const server = createServer((request, response) => {
    void answer(request).then(
      (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(body),
      (error: unknown) => response.writeHead(400).end(String(error)),
    )
  })

  async function answer(request: IncomingMessage): Promise<string> {
    const traceId = /^\/traces\/([0-9a-f]{32})$/.exec(request.url ?? '')?.[1]
    if (request.url === '/bodies') return Buffer.concat(bodies).toString('latin1')
    if (traceId) return JSON.stringify(spans.filter((span) => span.traceId === traceId))
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    bodies.push(body)
    const isJson = (request.headers['content-type'] ?? '').includes('json')
    if (request.url === '/v1/traces') spans.push(...(isJson ? fromOtlpJson(body) : fromOtlpProtobuf(body)))
    else if (request.url === '/api/v2/spans') spans.push(...fromZipkin(body))
    else throw new Error(`There is nothing at ${request.url}`)
    spans.splice(0, Math.max(0, spans.length - mostSpans))
    bodies.splice(0, Math.max(0, bodies.length - mostBodies))
    return '{}'
  }

  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

interface OtlpJson {
  resourceSpans: {
    resource?: { attributes?: { key: string; value: { stringValue?: string } }[] }
    scopeSpans: { spans: { traceId: string; spanId: string; parentSpanId?: string; name: string }[] }[]
  }[]
}

function fromOtlpJson(body: Buffer): CollectedSpan[] {
  const { resourceSpans } = JSON.parse(body.toString()) as OtlpJson
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    function attribute(wanted: string): string {
      return resource?.attributes?.find(({ key }) => key === wanted)?.value.stringValue ?? ''
    }
    const service = attribute('service.name')
    const ofService = attribute('service.namespace') === namespace
    return scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name }) => ({
        ...{ service, ofService, name, traceId, spanId },
        parentId: parentSpanId || null,
      })),
    )
  })
}

interface ZipkinSpan {
  traceId: string
  id: string
  parentId?: string
  name?: string
  localEndpoint?: { serviceName?: string }
  tags?: Record<string, string>
}

function fromZipkin(body: Buffer): CollectedSpan[] {
  return (JSON.parse(body.toString()) as ZipkinSpan[]).map(({ traceId, id, parentId, name, localEndpoint, tags }) => ({
    service: localEndpoint?.serviceName ?? '',
    name: name ?? '',
    traceId,
    spanId: id,
    parentId: parentId ?? null,
    ofService: tags?.['service.namespace'] === namespace,
  }))
}

// The few fields of opentelemetry/proto/collector/trace/v1 that are wanted, by their numbers.
function fromOtlpProtobuf(body: Buffer): CollectedSpan[] {
  return messages(body, 1).flatMap((resourceSpans) => {
    const attributes = messages(resourceSpans, 1).flatMap((resource) => messages(resource, 1))
    function attribute(wanted: string): string {
      const found = attributes.find((one) => text(one, 1) === wanted)
      return found ? text(messages(found, 2)[0] ?? Buffer.alloc(0), 1) : ''
    }
    const service = attribute('service.name')
    const ofService = attribute('service.namespace') === namespace
    return messages(resourceSpans, 2).flatMap((scopeSpans) =>
      messages(scopeSpans, 2).map((span) => ({
        ...{ service, ofService, name: text(span, 5) },
        traceId: hex(span, 1),
        spanId: hex(span, 2),
        parentId: hex(span, 4) || null,
      })),
    )
  })
}

function text(message: Buffer, field: number): string {
  return messages(message, field)[0]?.toString() ?? ''
}

function hex(message: Buffer, field: number): string {
  return messages(message, field)[0]?.toString('hex') ?? ''
}

/** The length-delimited values of a field of a protobuf message. */
function messages(message: Buffer, field: number): Buffer[] {
  const found: Buffer[] = []
  let at = 0
  function varint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++] ?? 0
      value += (byte & 0x7f) * factor
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const tag = varint()
    const wireType = tag & 7
    if (wireType === 0) varint()
    else if (wireType === 1) at += 8
    else if (wireType === 5) at += 4
    else if (wireType === 2) {
      const length = varint()
      if (Math.floor(tag / 8) === field) found.push(message.subarray(at, at + length))
      at += length
    } else throw new Error(`Wire type ${wireType} is none of protobuf's.`)
  }
  return found
}
