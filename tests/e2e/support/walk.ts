import { type JsonSchema, type Operation, resolve } from './description.ts'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Path = (string | number)[]

/** Gives a value where a schema alone cannot say what is valid: an id of something that is there. */
export type ValueOf = (property: string) => Json | undefined

function isNullable(schema: JsonSchema): boolean {
  return schema.type?.includes('null') === true || schema.anyOf?.some((choice) => choice.type === 'null') === true
}

/** The schema of what is there if it is not null. */
function plain(given: JsonSchema): JsonSchema & { type: string } {
  const schema = resolve(given)
  const choice = schema.anyOf?.find(({ type }) => type !== 'null')
  if (choice) return plain(choice)
  const type = Array.isArray(schema.type) ? schema.type.find((name) => name !== 'null') : schema.type
  if (!type) throw new Error(`A schema without a type cannot be walked: ${JSON.stringify(schema)}`)
  return { ...schema, type }
}

/** A value that is valid by its schema, with everything in it that may be. @throws Error if it cannot be derived */
export function validValue(given: JsonSchema, valueOf: ValueOf, property = ''): Json {
  const known = property === '' ? undefined : valueOf(property)
  if (known !== undefined) return known
  const schema = plain(given)
  if (schema.example !== undefined) return schema.example as Json
  if (schema.enum) return schema.enum[0] as Json
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, validValue(inner, valueOf, name)]),
      )
    case 'array':
      return [validValue(schema.items ?? {}, valueOf, property)]
    case 'string':
      if (schema.format)
        throw new Error(`No ${schema.format} is known for ${property}: name it in the table of the walk.`)
      return 'walked'.padEnd(schema.minLength ?? 0, '.').slice(0, schema.maxLength)
    case 'boolean':
      return true
    default:
      return Math.ceil(schema.minimum ?? 1)
  }
}

export interface Fault {
  what: string
  body: Json
  /** Where it is, as `errors[].pointer` says it. */
  pointer: string
}

/** Every way that the walk knows to spoil a valid body, one at a time. */
export function faultsOf(given: JsonSchema, valid: Json): Fault[] {
  const faults: Fault[] = []

  function add(what: string, path: Path, value: Json | undefined, at = path): void {
    const pointer = `#${at.map((part) => `/${part}`).join('')}`
    faults.push({ what: `${pointer} ${what}`, body: replaced(valid, path, value), pointer })
  }

  function walk(inner: JsonSchema, value: Json, path: Path): void {
    const schema = plain(inner)
    for (const wrong of wrongTypes(schema.type)) add(`is ${JSON.stringify(wrong)}`, path, wrong)
    if (!isNullable(resolve(inner)) && !isNullable(inner)) add('is null', path, null)
    if (schema.enum) add('is none of its values', path, 'none of them')
    if (typeof value === 'string' && !schema.enum) {
      for (const [what, wrong] of wrongStrings(schema, value)) add(what, path, wrong)
    }
    if (typeof value === 'number') {
      if (schema.type === 'integer') add('is no whole number', path, 1.5)
      add('is too small', path, (schema.minimum ?? Number.MIN_SAFE_INTEGER) - 1)
      add('is too large', path, (schema.maximum ?? Number.MAX_SAFE_INTEGER) + 1)
    }
    if (Array.isArray(value)) {
      if (schema.minItems) add('is empty', path, [])
      if (schema.maxItems) add('has too many items', path, Array<Json>(schema.maxItems + 1).fill(value[0] ?? null))
      value.forEach((item, index) => walk(schema.items ?? {}, item, [...path, index]))
    } else if (typeof value === 'object' && value !== null) {
      add('has an unknown field', [...path, 'unknownField'], 'x')
      for (const name of schema.required ?? []) add('is missing', [...path, name], undefined)
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        if (value[name] !== undefined) walk(property, value[name], [...path, name])
      }
    }
  }

  walk(given, valid, [])
  return faults
}

function wrongTypes(type: string): Json[] {
  const values: Record<string, Json> = { string: 'text', number: 7, boolean: true, object: { a: 1 }, array: ['a'] }
  const own = type === 'integer' ? 'number' : type
  return Object.entries(values).flatMap(([name, value]) => (name === own ? [] : [value]))
}

function wrongStrings(schema: JsonSchema, value: string): [string, string][] {
  if (schema.format === 'uuid')
    return ['', 'x', `${value}0`, "' or 1=1"].map((wrong) => [`is no UUID: ${wrong}`, wrong])
  if (schema.format === 'date-time')
    return ['', 'tomorrow', '2026-02-30T00:00:00Z', `${value}0`].map((wrong) => [`is no time: ${wrong}`, wrong])
  if (!schema.maxLength)
    throw new Error(`A string without a greatest length is an invitation: ${JSON.stringify(schema)}`)
  return [
    ['is too long', 'x'.repeat(schema.maxLength + 1)],
    ...(schema.minLength ? [['is empty', ''] satisfies [string, string]] : []),
    ['has a lone surrogate', `${value}\ud800`],
    // Of a password every character counts, whatever it is.
    ...(schema.format === 'password' ? [] : [['has a control character', `${value}\u0000`] satisfies [string, string]]),
  ]
}

function replaced(value: Json, [key, ...rest]: Path, by: Json | undefined): Json {
  if (key === undefined) return by ?? null
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replaced(item, rest, by) : item))
  const { [key]: inner = null, ...others } = value as Record<string, Json>
  if (rest.length === 0 && by === undefined) return others
  return { ...others, [key]: replaced(inner, rest, by) }
}

/** The schema of a JSON body, if the operation takes one. */
export function jsonBodyOf(operation: Operation): JsonSchema | undefined {
  return operation.requestBody?.content['application/json']?.schema
}

/** What a path parameter counts: the segment before it, or its own name if that is a parameter too. */
export function collectionOf(path: string, parameter: string): string {
  const segments = path.split('/')
  const before = segments[segments.indexOf(`{${parameter}}`) - 1] ?? ''
  return before.startsWith('{') ? parameter : before
}
