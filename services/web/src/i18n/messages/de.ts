import { common } from './de/common.ts'
import { keyboard } from './de/keyboard.ts'
import { account } from './de/account.ts'
import { error } from './de/error.ts'
import { mention } from './de/mention.ts'
import { frame } from './de/frame.ts'
import type { messages as en } from './en.ts'

/** All texts in German. */
export const messages = {
  ...common,
  ...keyboard,
  ...account,
  ...error,
  ...frame,
  ...mention,
} satisfies Record<keyof typeof en, string>
