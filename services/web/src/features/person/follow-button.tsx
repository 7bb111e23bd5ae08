import type { ReactElement } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useViewer } from '../../app/session.ts'
import { useSignInFirst } from '../../app/use-sign-in-first.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { useFollow } from './mutations.ts'

/** Follows a person, or no longer. Nobody follows themselves: then there is none. */
export function FollowButton({ person }: { person: AnyPerson }): ReactElement | null {
  const { t } = useLanguage()
  const viewer = useViewer()
  const signInFirst = useSignInFirst()
  const follow = useFollow(person)
  if (viewer?.id === person.id) return null
  const isFollowing = person.viewer?.following === true
  const text = isFollowing ? 'person.following' : person.viewer?.followedBy ? 'person.followBack' : 'person.follow'
  return (
    <Button
      look={isFollowing ? 'quiet' : 'primary'}
      aria-pressed={isFollowing}
      aria-label={`${t(text)} ${person.displayName}`}
      onClick={() => signInFirst(() => follow(!isFollowing))}
    >
      {t(text)}
    </Button>
  )
}
