import { type Messages, setupI18n } from '@lingui/core'
import type { Kind } from '../features/notification/queries.ts'
import { sentenceOf } from '../features/notification/sentence.ts'

/** What the notification service sends, decrypted by the browser; packages/contracts has the same as `PushMessage`. */
export interface PushMessage {
  kind: Kind
  /** Names, at most two. */
  actors: string[]
  actorCount: number
  text: string | null
  image: string | null
  icon: string | null
  url: string
  tag: string
  unread: number
  at: string
}

export type Words = { locale: string; messages: Messages }

/** What a notification says, in the same words as the list of notifications has. */
export function wordsOf(
  { kind, actors, actorCount, text }: PushMessage,
  { locale, messages }: Words,
): {
  title: string
  body: string
} {
  const i18n = setupI18n({ locale, messages: { [locale]: messages } })
  const { id, values } = sentenceOf(kind, actors, actorCount, i18n._('notification.somebody'))
  const sentence = i18n._(id, values)
  return { title: sentence.replaceAll(/<\/?b>/g, ''), body: text ?? '' }
}
