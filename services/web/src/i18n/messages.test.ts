import { compileMessageOrThrow } from '@lingui/message-utils/compileMessage'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { messages as de } from './messages/de.ts'
import { messages as en } from './messages/en.ts'

type Tokens = ReturnType<typeof compileMessageOrThrow>

/** What a text is filled with, and the elements in it. */
function parts(text: string): string[] {
  const names = new Set<string>()
  function walk(tokens: Tokens): void {
    for (const token of tokens) {
      if (typeof token === 'string') {
        for (const [tag] of token.matchAll(/<\/?\w+>/g)) names.add(tag)
        continue
      }
      names.add(token[0])
      const format = token[2]
      if (typeof format !== 'object' || format === null) continue
      for (const choice of Object.values(format)) if (Array.isArray(choice)) walk(choice)
    }
  }
  walk(compileMessageOrThrow(text))
  return [...names].toSorted()
}

test('both languages are filled with the same', () => {
  for (const id of Object.keys(en) as (keyof typeof en)[]) expect(parts(de[id]), id).toEqual(parts(en[id]))
})

test('the build, which reads folders, knows the texts that the types know, each once', async () => {
  for (const [locale, all] of Object.entries({ en, de })) {
    const folder = join(import.meta.dirname, 'messages', locale)
    const names = await readdir(folder)
    const ids = await Promise.all(
      names.map(async (name) => {
        const module = (await import(join(folder, name))) as Record<string, object>
        return Object.values(module).flatMap((texts) => Object.keys(texts))
      }),
    )
    expect(ids.flat().toSorted()).toEqual(Object.keys(all).toSorted())
  }
})
