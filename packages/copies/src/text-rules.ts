import { BlockedTextRules, createTextMatcher, type BlockedTextRule, type TextMatcher } from '@daguerre/contracts'
import { type FieldError, invalid } from '@daguerre/kit/problem'
import type { RedisClient } from '@daguerre/kit/redis'

const key = 'blocked-texts'
/** A text and where it stands in the request. */
export type Written = [pointer: string, text: string | null | undefined]

export interface TextRules {
  /**
   * Holds what somebody writes against what moderators have blocked.
   * @param options.mayHold whether it can be held for moderators; what cannot is refused
   * @param options.mayRefuse false: what is to be refused is held
   * @returns what it is to be held for; empty: nothing
   * @throws Problem 422 `text.blocked`, which names the fields and not the words
   */
  check(written: readonly Written[], options?: { mayHold: boolean; mayRefuse?: boolean }): Promise<string[]>
}

/**
 * The list of blocked words and domains, as moderation keeps it in Redis (and puts it there anew every few seconds). While Redis is away the last list
 * that was read holds, and before there was one nobody is turned away.
 */
export function createTextRules({
  redis,
  onError,
  memoryMs = 2000,
}: {
  redis: Pick<RedisClient, 'get'>
  onError: (error: unknown) => void
  /** For so long a process goes by the list that it has read. */
  memoryMs?: number
}): TextRules {
  let [kept, matcher, readAtMs]: [string, TextMatcher, number] = ['[]', createTextMatcher([]), Number.NEGATIVE_INFINITY]
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    try {
      const text = await redis.get(key)
      if (text !== null && text !== kept) {
        matcher = createTextMatcher(BlockedTextRules.parse(JSON.parse(text)))
        kept = text
      }
    } catch (error) {
      onError(error)
    }
    readAtMs = performance.now()
  }

  return {
    async check(written, { mayHold, mayRefuse = true } = { mayHold: false }) {
      if (performance.now() - readAtMs >= memoryMs) await (reading ??= read().finally(() => (reading = undefined)))
      const [refused, held] = [[] as FieldError[], new Set<string>()]
      for (const [pointer, text] of written) {
        const found = text ? matcher.find(text) : []
        if (mayRefuse && found.some(({ effect }) => !mayHold || effect === 'refuse')) {
          refused.push({ pointer, detail: 'has a word or an address in it that is not taken here' })
        }
        for (const { value } of found) held.add(value)
      }
      if (refused.length > 0) throw invalid(refused, 'text.blocked', 'This cannot be said here.')
      return [...held]
    },
  }
}

/** Puts the list where all read it. */
export async function keepTextRules(redis: Pick<RedisClient, 'set'>, rules: readonly BlockedTextRule[]): Promise<void> {
  await redis.set(key, JSON.stringify(rules))
}
