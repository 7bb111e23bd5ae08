import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { Messages } from '@lingui/core'
import { describe, expect, test } from 'vitest'
import { notification as de } from '../i18n/messages/de/notification.ts'
import { notification as en } from '../i18n/messages/en/notification.ts'
import { type PushMessage, wordsOf } from './words.ts'

function compiled(texts: Record<string, string>): Messages {
  return Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, compileMessage(text)]))
}

const english = { locale: 'en', messages: compiled(en) }
const message: PushMessage = {
  kind: 'liked',
  actors: ['Anselm'],
  actorCount: 1,
  text: 'Boats at rest',
  image: null,
  icon: null,
  url: '/p/1',
  tag: 't',
  unread: 1,
  at: '2026-11-25T12:00:00Z',
}

describe('a notification says', () => {
  test('who did what, without markup, and what it is about', () => {
    expect(wordsOf(message, english)).toEqual({ title: 'Anselm likes your post', body: 'Boats at rest' })
  })

  test('how many others there are', () => {
    const many = { ...message, actors: ['Anselm', 'Vera'], actorCount: 4 }
    expect(wordsOf(many, english).title).toBe('Anselm, Vera and 2 others like your post')
    expect(wordsOf({ ...many, actorCount: 2 }, english).title).toBe('Anselm and Vera like your post')
  })

  test('somebody, where nobody is known', () => {
    const nobody = { ...message, kind: 'followed' as const, actors: [], text: null }
    expect(wordsOf(nobody, english)).toEqual({ title: 'Somebody follows you', body: '' })
  })

  test('that a moderator has decided something, and why', () => {
    const moderated = { ...message, kind: 'moderated' as const, actors: [], actorCount: 0, text: 'Not yours' }
    const title = 'A moderator has decided something about you'
    expect(wordsOf(moderated, english)).toEqual({ title, body: 'Not yours' })
  })

  test.each(['followed', 'posted', 'liked', 'commented', 'replied', 'mentioned', 'requested', 'accepted'] as const)(
    'something of each kind in each language: %s',
    (kind) => {
      for (const [locale, texts] of Object.entries({ en, de })) {
        for (const actorCount of [1, 2, 3]) {
          const actors = ['Anselm', 'Vera'].slice(0, actorCount)
          const { title } = wordsOf({ ...message, kind, actors, actorCount }, { locale, messages: compiled(texts) })
          expect(title).toMatch(/^Anselm/)
          expect(title).not.toMatch(/[<>{}]|notification\./)
        }
      }
    },
  )
})
