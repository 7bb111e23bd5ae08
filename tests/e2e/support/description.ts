import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/** As much of JSON Schema as the document uses. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  example?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  minProperties?: number
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  schema: JsonSchema
}

interface ResponseDescription {
  headers?: Record<string, { required?: boolean }>
  content?: Record<string, { schema?: JsonSchema }>
}

export interface Operation {
  method: string
  /** The template: `/api/v1/posts/{id}`. */
  path: string
  operationId: string
  deprecated?: boolean
  security?: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, ResponseDescription>
  'x-service': string
  'x-body-limit'?: number
}

interface Document {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema> }
}

export const document = JSON.parse(
  readFileSync(new URL('../../../services/gateway/openapi.json', import.meta.url), 'utf8'),
) as Document

/** Every operation of the public API. */
export const operations: Operation[] = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ ...operation, path, method: method.toUpperCase() })),
)

// Templates with literal segments come first, so that users/me is not taken for users/{id}.
const bySpecificity = operations
  .map((operation) => ({
    operation,
    rank: operation.path.replaceAll(/\{[^}]+\}/g, '\uffff'),
    pattern: new RegExp(`^${operation.path.replaceAll('.', String.raw`\.`).replaceAll(/\{[^}]+\}/g, '[^/]+')}$`),
  }))
  .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))

/** The operation that a request is for, if it is described. */
export function operationOf(method: string, path: string): Operation | undefined {
  const asked = method === 'HEAD' ? 'GET' : method
  return bySpecificity.find(({ operation, pattern }) => operation.method === asked && pattern.test(path))?.operation
}

/** Follows a reference into the components. */
export function resolve(schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.replace('#/components/schemas/', '')
  if (name === undefined) return schema
  const found = document.components.schemas[name]
  if (!found) throw new Error(`The document has no schema ${name}.`)
  return found
}

const ajv = addFormats.default(new Ajv2020({ strict: false, allErrors: true }))
ajv.addSchema({ ...document, $id: 'daguerre' })
const validators = new Map<string, ValidateFunction>()

function validatorOf(operation: Operation, status: string, type: string): ValidateFunction {
  const parts = [
    'paths',
    operation.path,
    operation.method.toLowerCase(),
    'responses',
    status,
    'content',
    type,
    'schema',
  ]
  const pointer = parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `daguerre#/${pointer}` })
  validators.set(pointer, validate)
  return validate
}

/**
 * Compares an answer with what the document says of its route and status.
 * @throws Error if the status, the content type, a header or the body is not as described
 */
export function checkAnswer(
  operation: Operation,
  answer: { method: string; status: number; headers: Headers; body: unknown },
): void {
  const { status, headers, body } = answer
  const what = `${answer.method} ${operation.path} → ${status}`
  const described = operation.responses[String(status)]
  if (!described) throw new Error(`${what} is not described: ${JSON.stringify(body)}`)
  for (const [name, header] of Object.entries(described.headers ?? {})) {
    if (header.required && !headers.has(name)) throw new Error(`${what} lacks the header ${name}.`)
  }
  const contents = Object.keys(described.content ?? {})
  const type = headers.get('content-type')?.split(';')[0]
  if (contents.length === 0) {
    if (body !== undefined) throw new Error(`${what} has a body, of which nothing is described.`)
    return
  }
  if (answer.method === 'HEAD') return
  if (!type || !contents.includes(type)) throw new Error(`${what} is ${type}, described is ${contents.join(', ')}.`)
  if (!type.endsWith('json')) return
  const validate = validatorOf(operation, String(status), type)
  if (!validate(body)) {
    throw new Error(`${what} is not as described: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(body)}`)
  }
}
