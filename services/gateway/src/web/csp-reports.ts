import type { KitEnv } from '@daguerre/kit/http'
import type { Logger } from '@daguerre/kit/log'
import { counter } from '@daguerre/kit/metrics'
import { problem } from '@daguerre/kit/problem'
import type { Context } from 'hono'
import { z } from 'zod'

/** Bytes of a body; a browser sends a few reports at once. */
export const reportLimitBytes = 32 * 1024
const reportsLogged = 10

const text = z.string().catch('')
const place = z.coerce.number().int().nullish().catch(null)

// `report-uri` sends one report in names of CSP 1, the Reporting API a list in names of its own.
const Old = z.object({
  'csp-report': z.object({
    'effective-directive': text,
    'violated-directive': text,
    'blocked-uri': text,
    'document-uri': text,
    'source-file': text,
    'line-number': place,
  }),
})
const New = z.array(
  z.object({
    type: text,
    body: z
      .object({ effectiveDirective: text, blockedURL: text, documentURL: text, sourceFile: text, lineNumber: place })
      .catch({ effectiveDirective: '', blockedURL: '', documentURL: '', sourceFile: '', lineNumber: null }),
  }),
)

const knownDirective =
  /^(?:(?:script|style)-src(?:-elem|-attr)?|(?:img|font|connect|media|object|frame|child|worker|manifest|default|prefetch)-src|form-action|base-uri|frame-ancestors)$/

/** Takes reports of the content security policy: one line in the log and one count each; what is in them is anybody's word. */
export async function takeCspReports(c: Context<KitEnv>, log: Logger): Promise<Response> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/csp-report' && type !== 'application/reports+json') {
    throw problem(415, 'request.unsupported_media_type', 'This route takes reports of browsers.')
  }
  const counts = counter('csp_reports_total', 'Reports of what the content security policy stopped', ['directive'])
  for (const report of readReports(await c.req.text()).slice(0, reportsLogged)) {
    const directive = report.directive.split(' ')[0]?.slice(0, 40) ?? ''
    counts.inc({ directive: knownDirective.test(directive) ? directive : 'other' })
    log.warn({ csp: { ...report, directive } }, 'content security policy: something was stopped')
  }
  return c.body(null, 204)
}

interface Report {
  directive: string
  blocked: string
  page: string
  source: string
  line: number | null
}

function readReports(body: string): Report[] {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    throw problem(400, 'request.malformed_json', 'The body is not JSON.')
  }
  const old = Old.safeParse(json)
  if (old.success) {
    const report = old.data['csp-report']
    return [
      {
        directive: report['effective-directive'] || report['violated-directive'],
        blocked: withoutQuery(report['blocked-uri']),
        page: withoutQuery(report['document-uri']),
        source: withoutQuery(report['source-file']),
        line: report['line-number'] ?? null,
      },
    ]
  }
  const reports = New.safeParse(json)
  if (!reports.success) throw problem(422, 'request.invalid', 'The body is no report of a browser.')
  return reports.data
    .filter(({ type }) => type === 'csp-violation')
    .map(({ body: report }) => ({
      directive: report.effectiveDirective,
      blocked: withoutQuery(report.blockedURL),
      page: withoutQuery(report.documentURL),
      source: withoutQuery(report.sourceFile),
      line: report.lineNumber ?? null,
    }))
}

// What somebody searched for, or a presigned address, has no place in a log.
function withoutQuery(url: string): string {
  return (url.split(/[?#]/)[0] ?? '').slice(0, 300)
}
