import type { components } from '@daguerre/client'
import type { MessageId } from '../../i18n/index.tsx'
import type { IconName } from '../../ui/icon.tsx'

export type Audience = components['schemas']['Audience']

/** How a post is marked that is not for everybody. */
export const audienceMarks: Partial<Record<Audience, { icon: IconName; text: MessageId }>> = {
  followers: { icon: 'person', text: 'post.forFollowers' },
  close_friends: { icon: 'star', text: 'post.forCloseFriends' },
  only_me: { icon: 'lock', text: 'post.forMe' },
}
