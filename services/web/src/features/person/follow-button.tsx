import type { ReactElement } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useViewer } from '../../app/session.ts'
import { useSignInFirst } from '../../app/use-sign-in-first.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { Button } from '../../ui/button.tsx'
import { useFollow } from './mutations.ts'

/** Follows a person, or asks to, or no longer. Nobody follows themselves: then there is none. */
export function FollowButton({ person }: { person: AnyPerson }): ReactElement | null {
  const { t } = useLanguage()
  const viewer = useViewer()
  const signInFirst = useSignInFirst()
  const follow = useFollow(person)
  if (viewer?.id === person.id) return null
  const { following = false, requested = false, followedBy = false } = person.viewer ?? {}
  const isOn = following || requested
  const text = isOn
    ? (`person.${following ? 'following' : 'requested'}` as const)
    : (`person.${followedBy ? 'followBack' : 'follow'}` as const)
  return (
    <Button
      look={isOn ? 'quiet' : 'primary'}
      aria-pressed={isOn}
      aria-label={`${t(text)} ${person.displayName}`}
      onClick={() => signInFirst(() => follow(!isOn))}
    >
      {t(text)}
    </Button>
  )
}
