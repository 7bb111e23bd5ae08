import { account } from './en/account.ts'
import { common } from './en/common.ts'
import { compose } from './en/compose.ts'
import { error } from './en/error.ts'
import { frame } from './en/frame.ts'
import { keyboard } from './en/keyboard.ts'
import { mention } from './en/mention.ts'
import { notification } from './en/notification.ts'
import { settings } from './en/settings.ts'

/** All texts in English. What browsers get is made of the folder `en` by build/messages.ts. */
export const messages = {
  ...account,
  ...common,
  ...compose,
  ...error,
  ...frame,
  ...keyboard,
  ...mention,
  ...notification,
  ...settings,
}
