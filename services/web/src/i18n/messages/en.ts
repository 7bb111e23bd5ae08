import { account } from './en/account.ts'
import { common } from './en/common.ts'
import { compose } from './en/compose.ts'
import { error } from './en/error.ts'
import { feed } from './en/feed.ts'
import { post } from './en/post.ts'
import { comment } from './en/comment.ts'
import { person } from './en/person.ts'
import { privacy } from './en/privacy.ts'
import { search } from './en/search.ts'
import { worker } from './en/worker.ts'
import { frame } from './en/frame.ts'
import { keyboard } from './en/keyboard.ts'
import { mention } from './en/mention.ts'
import { moderation } from './en/moderation.ts'
import { notification } from './en/notification.ts'
import { settings } from './en/settings.ts'

/** All texts in English. What browsers get is made of the folder `en` by build/messages.ts. */
export const messages = {
  ...account,
  ...common,
  ...compose,
  ...error,
  ...frame,
  ...worker,
  ...privacy,
  ...search,
  ...person,
  ...comment,
  ...post,
  ...feed,
  ...keyboard,
  ...mention,
  ...moderation,
  ...notification,
  ...settings,
}
