import { type Messages, setupI18n } from '@lingui/core'

/** What the notification service sends, decrypted by the browser; packages/contracts has the same as `PushMessage`. */
export interface PushMessage {
  kind: 'followed' | 'posted' | 'liked' | 'commented' | 'replied' | 'mentioned'
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
  const [first = i18n._('notification.somebody'), second] = actors
  const others = actorCount - 2
  const shape = second === undefined ? 'one' : others > 0 ? 'many' : 'two'
  const sentence = i18n._(`notification.${kind}.${shape}`, { first, second: second ?? '', others })
  return { title: sentence.replaceAll(/<\/?b>/g, ''), body: text ?? '' }
}
