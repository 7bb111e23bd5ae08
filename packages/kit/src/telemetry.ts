import { randomFillSync } from 'node:crypto'
import {
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  TraceFlags,
  trace,
} from '@opentelemetry/api'
import { currentContext, runInContext } from './context.ts'

const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const

type Attributes = Record<string, string | number | boolean>

/** A piece of work in a trace. Without an exporter it only carries ids, so that logs and sidecars see one trace. */
export type Span = {
  readonly context: SpanContext
  setName(name: string): void
  setAttributes(attributes: Attributes): void
  /** Ends it; with an error it is marked as failed. */
  end(error?: unknown): void
}

export type SpanOptions = {
  kind: keyof typeof kinds
  /** W3C `traceparent` of the work that caused this; the current span when left out. */
  traceparent?: string | undefined
  /** Starts a trace of its own, whatever runs at present. */
  root?: boolean
  attributes?: Attributes
}

let tracer: Tracer | undefined

/** Reads a W3C `traceparent` header; undefined if it is none. */
export function parseTraceparent(header: string | undefined): SpanContext | undefined {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header ?? '')
  if (!match || match[1] === 'ff' || (match[1] === '00' && match[5] !== undefined)) return undefined
  const context = {
    traceId: match[2]!,
    spanId: match[3]!,
    traceFlags: Number.parseInt(match[4]!, 16) & TraceFlags.SAMPLED,
    isRemote: true,
  }
  return isSpanContextValid(context) ? context : undefined
}

/** The W3C `traceparent` of a span. */
export function formatTraceparent(context: SpanContext): string {
  return `00-${context.traceId}-${context.spanId}-0${context.traceFlags & TraceFlags.SAMPLED}`
}

/** `traceparent` for a call made now; undefined outside of any work. */
export function currentTraceparent(): string | undefined {
  const span = currentContext()?.span
  return span && formatTraceparent(span)
}

// Random bytes are drawn in stock: each draw from the system costs several microseconds.
const stock = Buffer.alloc(24 * 128)
let drawn = stock.length

/** 24 random bytes in hexadecimal: a trace id and a span id. */
function randomHex24(): string {
  if (drawn >= stock.length) {
    randomFillSync(stock)
    drawn = 0
  }
  drawn += 24
  return stock.toString('hex', drawn - 24, drawn)
}

/** Starts a span; the caller must end it. Prefer `inSpan`. */
export function startSpan(name: string, options: SpanOptions): Span {
  const parent = options.root
    ? undefined
    : options.traceparent === undefined
      ? currentContext()?.span
      : parseTraceparent(options.traceparent)
  if (tracer) {
    return recordingSpan(
      tracer.startSpan(
        name,
        { kind: kinds[options.kind], attributes: options.attributes ?? {} },
        parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
      ),
    )
  }
  const ids = randomHex24()
  return {
    context: {
      traceId: parent?.traceId ?? ids.slice(0, 32),
      spanId: ids.slice(32),
      traceFlags: parent?.traceFlags ?? TraceFlags.SAMPLED,
    },
    setName() {},
    setAttributes() {},
    end() {},
  }
}

function recordingSpan(span: OtelSpan): Span {
  return {
    context: span.spanContext(),
    setName: (name) => void span.updateName(name),
    setAttributes: (attributes) => void span.setAttributes(attributes),
    end(error) {
      if (error !== undefined) {
        span.setStatus({ code: SpanStatusCode.ERROR })
        if (error instanceof Error) span.recordException(error)
      }
      span.end()
    },
  }
}

/** Runs `work` in a span of its own: logs and calls below belong to it, and a throw marks it as failed. */
export async function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const span = startSpan(name, options)
  try {
    const result = await runInContext({ span: span.context }, () => work(span))
    span.end()
    return result
  } catch (error) {
    span.end(error ?? new Error('thrown without a reason'))
    throw error
  }
}

/**
 * Exports spans if an endpoint is configured; else it does nothing and loads nothing. The SDK is loaded on demand:
 * it costs 20 MB and 200 ms that a service without tracing should not pay.
 * @returns a function that sends what is left and stops
 */
export async function startTelemetry(options: {
  service: string
  otlpEndpoint?: string | undefined
  zipkinEndpoint?: string | undefined
  /** Share of the traces begun here that are recorded, 0 to 1; 1 by default. */
  sampleRatio?: number | undefined
  /** How long spans are gathered before they are sent; 2000 by default. */
  delayMs?: number
}): Promise<() => Promise<void>> {
  if (options.otlpEndpoint === undefined && options.zipkinEndpoint === undefined) return async () => {}
  const [sdk, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/resources'),
  ])
  const exporters = []
  if (options.otlpEndpoint !== undefined) {
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
    exporters.push(new OTLPTraceExporter({ url: `${options.otlpEndpoint}/v1/traces` }))
  }
  if (options.zipkinEndpoint !== undefined) {
    const { ZipkinExporter } = await import('@opentelemetry/exporter-zipkin')
    exporters.push(new ZipkinExporter({ url: options.zipkinEndpoint }))
  }
  const provider = new sdk.TracerProvider({
    // Who begins a trace decides whether it is recorded; everybody else follows.
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(options.sampleRatio ?? 1) }),
    resource: resourceFromAttributes({ 'service.name': options.service, 'service.namespace': 'daguerre' }),
    spanProcessors: exporters.map(
      (exporter) => new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis: options.delayMs ?? 2000 }),
    ),
  })
  tracer = provider.getTracer('daguerre')
  return async () => {
    tracer = undefined
    await provider.shutdown()
  }
}
