import type { MessageId, Values } from '../../i18n/index.tsx'
import type { Kind } from './queries.ts'

/** Who did what, in a list and in a push: the latest two by name, of the others how many they are. */
export function sentenceOf(
  kind: Kind,
  names: readonly string[],
  actorCount: number,
  somebody: string,
): { id: MessageId; values: Values } {
  if (kind === 'moderated') return { id: 'notification.moderated', values: {} }
  const [first = somebody, second] = names
  const others = actorCount - 2
  const shape = second === undefined ? 'one' : others > 0 ? 'many' : 'two'
  return { id: `notification.${kind}.${shape}`, values: { first, second: second ?? '', others } }
}
