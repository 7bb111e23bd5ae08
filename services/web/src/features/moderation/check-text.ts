import type { MessageId } from '../../i18n/index.tsx'

/** What to say of a text that is not as long as the server wants it. */
export function checkText(text: string, { max, min = 1, id }: { max: number; min?: number; id: MessageId }) {
  // As the server counts: code points.
  const { length } = Array.from(text.trim())
  return length < min || length > max ? id : undefined
}
