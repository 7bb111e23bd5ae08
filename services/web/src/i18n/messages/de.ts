import { account } from './de/account.ts'
import { common } from './de/common.ts'
import { compose } from './de/compose.ts'
import { error } from './de/error.ts'
import { feed } from './de/feed.ts'
import { post } from './de/post.ts'
import { comment } from './de/comment.ts'
import { person } from './de/person.ts'
import { privacy } from './de/privacy.ts'
import { search } from './de/search.ts'
import { worker } from './de/worker.ts'
import { frame } from './de/frame.ts'
import { keyboard } from './de/keyboard.ts'
import { mention } from './de/mention.ts'
import { moderation } from './de/moderation.ts'
import { notification } from './de/notification.ts'
import { settings } from './de/settings.ts'
import type { messages as en } from './en.ts'

/** All texts in German. */
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
} satisfies Record<keyof typeof en, string>
