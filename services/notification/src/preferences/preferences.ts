import { NotificationKind, type NotificationPreferences, type NotificationPreferencesEdit } from '@daguerre/contracts'
import { isDuplicateKey, type Collections, type PreferenceDocument } from '../notification/store.ts'

export interface PreferenceDeps {
  collections: Pick<Collections, 'preferences'>
}

type Given = Pick<PreferenceDocument, 'inApp' | 'push'>

const none: Given = { inApp: {}, push: {} }

// A post of somebody I follow is in my feed anyway.
const notPushedByDefault = new Set<NotificationKind>(['posted'])

function isShown({ inApp }: Given, kind: NotificationKind): boolean {
  return inApp[kind] ?? true
}

/** Whether news of this kind are sent to a person's browsers; what is hidden is not. */
export function isPushed(given: Given | undefined, kind: NotificationKind): boolean {
  const { inApp, push } = given ?? none
  return isShown({ inApp, push }, kind) && (push[kind] ?? !notPushedByDefault.has(kind))
}

/** What a person wants to hear of, with defaults filled in. */
export async function readPreferences(deps: PreferenceDeps, personId: string): Promise<NotificationPreferences> {
  const given = (await deps.collections.preferences.findOne({ _id: personId })) ?? none
  const kinds = NotificationKind.options.map((kind) => [
    kind,
    { inApp: isShown(given, kind), push: given.push[kind] ?? !notPushedByDefault.has(kind) },
  ])
  return { kinds: Object.fromEntries(kinds) as NotificationPreferences['kinds'] }
}

/** Changes what is named and nothing else, in one statement: two devices may do so at once. */
export async function changePreferences(
  deps: PreferenceDeps,
  personId: string,
  { kinds }: NotificationPreferencesEdit,
): Promise<void> {
  const changes = Object.entries(kinds).flatMap(([kind, edit]) =>
    (['inApp', 'push'] as const).flatMap((way) => (edit?.[way] === undefined ? [] : [[`${way}.${kind}`, edit[way]]])),
  )
  const { preferences } = deps.collections
  // A map that is missing would be made by a path into it; readers expect both.
  const made = { _id: personId, inApp: {}, push: {} }
  try {
    await preferences.updateOne({ _id: personId }, { $setOnInsert: made }, { upsert: true })
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
  }
  await preferences.updateOne({ _id: personId }, { $set: Object.fromEntries(changes) as Record<string, boolean> })
}

/** Kinds that a person does not see, as a condition on groups. */
export async function shownKinds(
  deps: PreferenceDeps,
  personId: string,
): Promise<{ kind?: { $nin: NotificationKind[] } }> {
  const given = await deps.collections.preferences.findOne({ _id: personId })
  const hidden = given ? NotificationKind.options.filter((kind) => !isShown(given, kind)) : []
  return hidden.length > 0 ? { kind: { $nin: hidden } } : {}
}
