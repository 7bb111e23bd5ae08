import type { BlockedTextRule } from '@daguerre/contracts'
import { createTextRules } from './text-rules.ts'

/** The list as moderation would keep it: what is in `rules` holds at once. */
export function testTextRules() {
  const rules: BlockedTextRule[] = []
  function onError(error: unknown): void {
    throw error
  }
  return {
    rules,
    textRules: createTextRules({ redis: { get: async () => JSON.stringify(rules) }, onError, memoryMs: 0 }),
  }
}
