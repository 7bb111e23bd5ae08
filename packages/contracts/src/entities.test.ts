import { describe, expect, test } from 'vitest'
import {
  findEntities,
  foldTag,
  maxMentions,
  maxTags,
  mentionedUsernames,
  resolveMentions,
  TagName,
} from './entities.ts'

function tagsOf(text: string): string[] {
  return findEntities(text).flatMap((entity) => (entity.type === 'hashtag' ? [entity.tag] : []))
}

/** What an entity's offsets cut out of the text, counted in code points as clients do. */
function cutOut(text: string): string[] {
  const points = Array.from(text)
  return findEntities(text).map((entity) => points.slice(entity.start, entity.end).join(''))
}

describe('hashtags and mentions', () => {
  test('offsets count code points, through emoji and combining marks', () => {
    expect(cutOut('👩🏽‍🚀 é #Été_2026 🌉@Louise!')).toEqual(['#Été_2026', '@Louise'])
  })

  test.each([
    ['#日本 #한국어 #ΕΛΛΆΔΑ', ['日本', '한국어', 'ελλάδα']],
    ['＃ｗｉｄｅ', ['wide']],
    ['#don’t', ['don']],
    ['#a_1', ['a_1']],
    ['#123 #_ #', []],
    ['a#b x/#c &#d ##e', []],
    ['(#inside) "#quoted" #end.', ['inside', 'quoted', 'end']],
  ])('%s', (text, tags) => {
    expect(tagsOf(text)).toEqual(tags)
  })

  test.each(['ﷺ', '𠮷'.repeat(100), 'ﬃ'.repeat(100), 'a½', '日本'])(
    'what is a tag in a text can be asked for as one: #%s',
    (word) => {
      for (const tag of tagsOf(`#${word}`)) expect(TagName.parse(tag)).toBe(tag)
    },
  )

  test('one tag in two spellings is one tag', () => {
    expect(new Set(tagsOf('#Light #LIGHT #ｌｉｇｈｔ'))).toEqual(new Set(['light']))
    expect(foldTag('Straße')).toBe('straße')
  })

  test.each([
    ['@louise @Louise', ['louise']],
    ['mail a@louise.example', []],
    ['@ab @a..b @_abc', []],
    ['thanks @louise.', ['louise']],
    ['@lou.ise_d', ['lou.ise_d']],
    ['@louiseé', []],
    ['@louise@server', []],
  ])('%s', (text, names) => {
    expect(mentionedUsernames(findEntities(text))).toEqual(names)
  })

  test('what is over the limits is plain text', () => {
    expect(new Set(tagsOf(Array.from({ length: 50 }, (_, index) => `#t${index}`).join(' '))).size).toBe(maxTags)
    const names = Array.from({ length: 50 }, (_, index) => `@name${index}`).join(' ')
    expect(mentionedUsernames(findEntities(names))).toHaveLength(maxMentions)
  })

  test('a long text is read in linear time', () => {
    // A quadratic pattern would not come back from this.
    expect(findEntities('#'.repeat(100_000) + '@'.repeat(100_000))).toEqual([])
    expect(findEntities('a.'.repeat(100_000))).toEqual([])
  })

  test('mentions are resolved by name, unknown ones stay without an id', () => {
    const id = '0199a0c4-7e00-7000-8000-000000000001'
    const resolved = resolveMentions(findEntities('@louise and @nobody'), new Map([['louise', id]]))
    expect(resolved.map((entity) => entity.type === 'mention' && entity.userId)).toEqual([id, null])
  })

  test('a tag in a path may have its #, and must be a tag', () => {
    expect(TagName.parse('#Light')).toBe('light')
    for (const bad of ['', '#', '123', 'two words', 'a'.repeat(101), 'a\u0000b']) {
      expect(TagName.safeParse(bad).success, bad).toBe(false)
    }
  })
})
