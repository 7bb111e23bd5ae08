import { z } from '@hono/zod-openapi'
import { Suspension } from './moderation.ts'

/** RFC 9457 problem details, as every error of the API is answered. */
export const ProblemDetails = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    code: z.string().openapi({ description: 'Stable, for programs.', example: 'post.not_found' }),
    requestId: z.string().optional(),
    errors: z
      .array(
        z.object({
          pointer: z
            .string()
            .optional()
            .openapi({ description: 'RFC 6901 JSON pointer into the body.', example: '#/media/0/altText' }),
          parameter: z.string().optional().openapi({ description: 'Name of the query, path or header parameter.' }),
          code: z.string().optional(),
          detail: z.string(),
        }),
      )
      .optional(),
    suspension: Suspension.optional().openapi({ description: 'Of `auth.account_suspended`.' }),
  })
  .openapi('Problem')
export type ProblemDetails = z.infer<typeof ProblemDetails>

const content = { 'application/problem+json': { schema: ProblemDetails } }

const descriptions: Record<number, string> = {
  400: 'The request cannot be read: malformed JSON or URL, or a cursor that is not of this list.',
  401: 'Nobody is signed in, or the access token does not hold.',
  403: 'Not yours to do.',
  404: 'Not there.',
  409: 'It stands against what is already there.',
  410: 'It was there and is gone.',
  413: 'The body is too large.',
  415: 'The content type is not one that is read here.',
  416: 'The range is outside of the file.',
  422: 'The request can be read but does not hold: see errors.',
  429: 'Too many requests: see Retry-After.',
  503: 'A part that is needed does not answer. Try again.',
  504: 'The answer took too long. Try again.',
}

/** Response entries for a route's description: `...problems(401, 404, 422)`. */
export function problems<const Status extends number>(...statuses: Status[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, { description: descriptions[status] ?? 'Problem', content }]),
  ) as unknown as Record<Status, { description: string; content: typeof content }>
}
