import { common } from './en/common.ts'
import { keyboard } from './en/keyboard.ts'
import { account } from './en/account.ts'
import { error } from './en/error.ts'
import { mention } from './en/mention.ts'
import { frame } from './en/frame.ts'

/** All texts in English. What browsers get is made of the folder `en` by build/messages.ts. */
export const messages = {
  ...common,
  ...keyboard,
  ...account,
  ...error,
  ...frame,
  ...mention,
}
