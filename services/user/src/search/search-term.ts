import { foldTag } from '@daguerre/contracts'
import { foldName } from './fold-name.ts'

/** What a question asks for: null where people, or hashtags, are not meant. */
export interface SearchTerm {
  name: string | null
  tagPrefix: string | null
}

/** Reads a question: `#…` asks for hashtags alone, `@…` for people alone, anything else for both. */
export function readSearchTerm(q: string): SearchTerm {
  const text = q.trim()
  if (/^[#＃]/u.test(text)) return { name: null, tagPrefix: tagPrefixOf(text.slice(1)) }
  if (/^[@＠]/u.test(text)) return { name: nameOf(text.slice(1)), tagPrefix: null }
  return { name: nameOf(text), tagPrefix: tagPrefixOf(text) }
}

function nameOf(text: string): string | null {
  const name = foldName(text)
  return name === '' ? null : name
}

function tagPrefixOf(text: string): string | null {
  const prefix = foldTag(text)
  return /^[\p{L}\p{M}\p{N}_]{1,100}$/u.test(prefix) ? prefix : null
}
