import type { ComponentType } from 'react'
import type { MessageId } from '../../i18n/index.tsx'
import type { IconName } from '../../ui/icon.tsx'

export interface Section {
  /** What comes after `/settings/`. */
  path: string
  icon: IconName
  title: MessageId
  text: MessageId
  /** Only they see it. */
  role?: 'admin'
  /** Members see it too where they invite. */
  invites?: true
  load: () => Promise<ComponentType>
}

/** All pages of the settings, in their order. A new one needs a line here and nothing else. */
export const sections: readonly Section[] = [
  {
    path: 'account',
    icon: 'person',
    title: 'settings.account',
    text: 'settings.accountText',
    load: () => import('./account.tsx').then(({ AccountSettings }) => AccountSettings),
  },
  {
    path: 'email',
    icon: 'mail',
    title: 'settings.email',
    text: 'settings.emailText',
    load: () => import('./address.tsx').then(({ AddressSettings }) => AddressSettings),
  },
  {
    path: 'password',
    icon: 'key',
    title: 'settings.password',
    text: 'settings.passwordText',
    load: () => import('./password.tsx').then(({ PasswordSettings }) => PasswordSettings),
  },
  {
    path: 'factors',
    icon: 'shield',
    title: 'settings.factors',
    text: 'settings.factorsText',
    load: () => import('./factors.tsx').then(({ FactorSettings }) => FactorSettings),
  },
  {
    path: 'sessions',
    icon: 'devices',
    title: 'settings.sessions',
    text: 'settings.sessionsText',
    load: () => import('./sessions.tsx').then(({ SessionSettings }) => SessionSettings),
  },
  {
    path: 'applications',
    icon: 'link',
    title: 'settings.applications',
    text: 'settings.applicationsText',
    load: () => import('./applications.tsx').then(({ ApplicationSettings }) => ApplicationSettings),
  },
  {
    path: 'tokens',
    icon: 'key',
    title: 'settings.tokens',
    text: 'settings.tokensText',
    load: () => import('./tokens.tsx').then(({ TokenSettings }) => TokenSettings),
  },
  {
    path: 'notifications',
    icon: 'bell',
    title: 'settings.notifications',
    text: 'settings.notificationsText',
    load: () => import('./notifications.tsx').then(({ NotificationSettings }) => NotificationSettings),
  },
  {
    path: 'privacy',
    icon: 'lock',
    title: 'privacy.title',
    text: 'privacy.titleText',
    load: () => import('./privacy.tsx').then(({ PrivacySettings }) => PrivacySettings),
  },
  {
    path: 'requests',
    icon: 'person',
    title: 'privacy.requests',
    text: 'privacy.requestsText',
    load: () => import('./requests.tsx').then(({ RequestSettings }) => RequestSettings),
  },
  {
    path: 'close-friends',
    icon: 'star',
    title: 'privacy.closeFriends',
    text: 'privacy.closeFriendsText',
    load: () => import('./close-friends.tsx').then(({ CloseFriendSettings }) => CloseFriendSettings),
  },
  {
    path: 'blocked',
    icon: 'block',
    title: 'privacy.blocked',
    text: 'privacy.blockedText',
    load: () => import('./blocked.tsx').then(({ BlockedSettings }) => BlockedSettings),
  },
  {
    path: 'restricted',
    icon: 'pause',
    title: 'privacy.restricted',
    text: 'privacy.restrictedText',
    load: () => import('./restricted.tsx').then(({ RestrictedSettings }) => RestrictedSettings),
  },
  {
    path: 'held-comments',
    icon: 'comment',
    title: 'privacy.held',
    text: 'privacy.heldText',
    load: () => import('./held.tsx').then(({ HeldSettings }) => HeldSettings),
  },
  {
    path: 'hidden-words',
    icon: 'eye',
    title: 'privacy.hiddenWords',
    text: 'privacy.hiddenWordsText',
    load: () => import('./hidden-words.tsx').then(({ HiddenWordsSettings }) => HiddenWordsSettings),
  },
  {
    path: 'muted',
    icon: 'mute',
    title: 'settings.muted',
    text: 'settings.mutedText',
    load: () => import('./muted.tsx').then(({ MutedSettings }) => MutedSettings),
  },
  {
    path: 'moderation',
    icon: 'flag',
    title: 'settings.moderation',
    text: 'settings.moderationText',
    load: () => import('./moderation.tsx').then(({ ModerationSettings }) => ModerationSettings),
  },
  {
    path: 'data',
    icon: 'leave',
    title: 'settings.data',
    text: 'settings.dataText',
    load: () => import('./data.tsx').then(({ DataSettings }) => DataSettings),
  },
  {
    path: 'roles',
    icon: 'person',
    title: 'settings.roles',
    text: 'settings.rolesText',
    role: 'admin',
    load: () => import('./roles.tsx').then(({ RoleSettings }) => RoleSettings),
  },
  {
    path: 'invitations',
    icon: 'plus',
    title: 'settings.invitations',
    text: 'settings.invitationsText',
    role: 'admin',
    invites: true,
    load: () => import('./invitations.tsx').then(({ InvitationSettings }) => InvitationSettings),
  },
  {
    path: 'language',
    icon: 'globe',
    title: 'settings.language',
    text: 'settings.languageText',
    load: () => import('./language.tsx').then(({ LanguageSettings }) => LanguageSettings),
  },
  {
    path: 'appearance',
    icon: 'contrast',
    title: 'settings.appearance',
    text: 'settings.appearanceText',
    load: () => import('./appearance.tsx').then(({ AppearanceSettings }) => AppearanceSettings),
  },
  {
    path: 'keyboard',
    icon: 'keyboard',
    title: 'settings.keyboard',
    text: 'settings.keyboardText',
    load: () => import('../../app/keyboard/shortcut-list.tsx').then(({ ShortcutList }) => ShortcutList),
  },
  {
    path: 'leaving',
    icon: 'trash',
    title: 'settings.leaving',
    text: 'settings.leavingText',
    load: () => import('./leaving.tsx').then(({ LeavingSettings }) => LeavingSettings),
  },
]

export function sectionOf(path: string): Section | undefined {
  return sections.find((section) => section.path === path)
}
