import { z } from '@hono/zod-openapi'
import { Named } from './moderation.ts'
import { wordsOf } from './fold-words.ts'
import { singleLineText } from './text.ts'

export const blockedTextLimits = { valueLength: 100, entries: 5000 } as const

export const BlockedTextKind = z.enum(['word', 'domain']).openapi('BlockedTextKind', {
  description:
    '`word`: a word, or several that follow each other, whole, whatever their capitals, accents and width. `domain`: with all that is below it.',
})
export const BlockedTextEffect = z.enum(['refuse', 'hold']).openapi('BlockedTextEffect', {
  description:
    '`refuse`: nobody can write it. `hold`: a post with it is hidden until moderators have looked; where nothing can be held, in comments and profiles, it is refused.',
})
export type BlockedTextEffect = z.infer<typeof BlockedTextEffect>

/** What texts are held against; `value` as `blockedValue` gives it. */
export const BlockedTextRule = z.object({ kind: BlockedTextKind, value: z.string(), effect: BlockedTextEffect })
export type BlockedTextRule = z.infer<typeof BlockedTextRule>
export const BlockedTextRules = z.array(BlockedTextRule)

export const NewBlockedText = z
  .strictObject({
    kind: BlockedTextKind,
    value: singleLineText(blockedTextLimits.valueLength, 1),
    effect: BlockedTextEffect,
  })
  .refine(({ kind, value }) => blockedValue(kind, value) !== null, {
    error: 'is not a word with a letter or digit in it, or not a domain',
    path: ['value'],
  })
  .openapi('NewBlockedText')

export const BlockedText = BlockedTextRule.extend({
  id: z.uuid(),
  value: z.string().openapi({ description: 'As it is compared.' }),
  moderator: Named,
  createdAt: z.iso.datetime(),
}).openapi('BlockedText')
export type BlockedText = z.infer<typeof BlockedText>

/** What a moderator typed, as it is compared: words with a space between them, a domain in ASCII; null if it is neither. */
export function blockedValue(kind: z.infer<typeof BlockedTextKind>, value: string): string | null {
  if (kind === 'word') return wordsOf(value).join(' ') || null
  const host = hostOf(value.replace(/^\*?\./, ''))
  return host !== null && host.includes('.') && !/^[\d.]+$/.test(host) ? host : null
}

export interface TextMatcher {
  /** The entries that a text has in it. */
  find(text: string): BlockedTextRule[]
}

/** Holds texts against a list, however long. */
export function createTextMatcher(rules: readonly BlockedTextRule[]): TextMatcher {
  const [phrases, domains] = [
    new Map<string, { words: string[]; rule: BlockedTextRule }[]>(),
    new Map<string, BlockedTextRule>(),
  ]
  for (const rule of rules) {
    if (rule.kind === 'domain') {
      domains.set(rule.value, rule)
      continue
    }
    const words = rule.value.split(' ')
    phrases.set(words[0]!, [...(phrases.get(words[0]!) ?? []), { words, rule }])
  }
  return {
    find(text) {
      const found = new Set<BlockedTextRule>()
      const said = phrases.size === 0 ? [] : wordsOf(text)
      for (const [at, word] of said.entries()) {
        for (const { words, rule } of phrases.get(word) ?? []) {
          if (words.every((wanted, index) => said[at + index] === wanted)) found.add(rule)
        }
      }
      for (const host of domains.size === 0 ? [] : hostsOf(text)) {
        const labels = host.split('.')
        for (let from = 0; from < labels.length - 1; from++) {
          const rule = domains.get(labels.slice(from).join('.'))
          if (rule) found.add(rule)
        }
      }
      return [...found]
    },
  }
}

// What begins as a URL says itself where it leads; elsewhere names with dots in them, of any script. Of both a dot may be another one (UTS 46).
const urls = /https?:[/\\]+[^\s<>"]+/giu
const names = /(?:[\p{L}\p{M}\p{N}_-]+[.．。｡])+[\p{L}\p{M}\p{N}-]{2,}/gu

function hostsOf(text: string): string[] {
  const seen = text.replaceAll(/\p{Cf}/gu, '')
  const found = [...seen.matchAll(urls), ...seen.matchAll(names)].map(([name]) => hostOf(name))
  return found.filter((host) => host !== null)
}

/** The host of a URL, or of a name alone, as a browser would ask for it: in ASCII (punycode), in lower case; null if it is none. */
function hostOf(text: string): string | null {
  const name = foldDots(text)
  const url = /^https?:/i.test(name) ? name : `http://${name}`
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : null
}

function foldDots(text: string): string {
  return text.replaceAll(/[．。｡]/g, '.')
}
