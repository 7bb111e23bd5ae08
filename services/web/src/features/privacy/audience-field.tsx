import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { type MessageId, useLanguage } from '../../i18n/index.tsx'
import { SelectField } from '../../ui/field.tsx'
import { ownPerson } from '../account/queries.ts'
import type { Audience } from '../post/audience.ts'

/** From the most to the fewest. */
const audiences = ['public', 'followers', 'close_friends', 'only_me'] as const satisfies readonly Audience[]

const hints: Record<Audience, MessageId> = {
  public: 'audience.publicHint',
  followers: 'audience.followersHint',
  close_friends: 'audience.closeFriendsHint',
  only_me: 'audience.meHint',
}
const names: Record<Audience, MessageId> = {
  public: 'audience.public',
  followers: 'post.forFollowers',
  close_friends: 'post.forCloseFriends',
  only_me: 'post.forMe',
}

/** What an audience is called. */
export function audienceName(audience: Audience): MessageId {
  return names[audience]
}

/** Whom a post is for. */
export function AudienceField({
  value,
  onChange,
}: {
  value: Audience
  onChange: (audience: Audience) => void
}): ReactElement {
  const { t } = useLanguage()
  const { data: person } = useQuery(ownPerson)
  const hint = value === 'public' && person?.private ? 'audience.privateHint' : hints[value]
  return (
    <SelectField
      label={t('audience.label')}
      value={value}
      onChange={({ target }) => onChange(target.value as Audience)}
      hint={
        <>
          {t(hint)}{' '}
          {value === 'close_friends' && (
            <Link to="/settings/$section" params={{ section: 'close-friends' }}>
              {t('audience.closeFriendsLink')}
            </Link>
          )}
        </>
      }
    >
      {audiences.map((audience) => (
        <option key={audience} value={audience}>
          {t(names[audience])}
        </option>
      ))}
    </SelectField>
  )
}
