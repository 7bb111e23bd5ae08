import type { Sanction, ActKind, SubjectKind } from '@daguerre/contracts'

/** What acts have made of a subject, by its kind. */
export interface States {
  post: { hidden: boolean; sensitive: boolean; removed: boolean }
  comment: { removed: boolean }
  account: { state: Sanction; until: string | null }
}
export type State = States[SubjectKind]

/** Of what nobody has acted on. */
export const untouched: States = {
  post: { hidden: false, sensitive: false, removed: false },
  comment: { removed: false },
  account: { state: 'open', until: null },
}

/** How a subject stands after an act. What is gone stays so. */
export function applyAct(before: State, { kind, until }: { kind: ActKind; until: string | null }): State {
  if ('removed' in before && before.removed) return before
  return { ...before, ...changes[kind](until) }
}

const changes: Record<ActKind, (until: string | null) => Partial<States['post'] & States['account']>> = {
  hide_post: () => ({ hidden: true }),
  restore_post: () => ({ hidden: false }),
  mark_sensitive: () => ({ sensitive: true }),
  unmark_sensitive: () => ({ sensitive: false }),
  remove_post: () => ({ removed: true }),
  remove_comment: () => ({ removed: true }),
  suspend: (until) => ({ state: 'suspended', until }),
  ban: () => ({ state: 'banned', until: null }),
  lift: () => ({ state: 'open', until: null }),
  warn: () => ({}),
}

const reverses: Partial<Record<ActKind, ActKind>> = {
  hide_post: 'restore_post',
  mark_sensitive: 'unmark_sensitive',
  suspend: 'lift',
  ban: 'lift',
}

/** What takes an act back; null where nothing does. */
export function reverseOf(kind: ActKind): ActKind | null {
  return reverses[kind] ?? null
}

/** Whether somebody has reason to appeal against it: not against what is done for them. */
export function isAppealable(kind: ActKind): boolean {
  return reverseOf(kind) !== null || kind === 'warn' || kind === 'remove_post' || kind === 'remove_comment'
}
