import { type ReactElement, Suspense, useState } from 'react'
import type { AnyPerson } from '../../app/cache.ts'
import { useViewer } from '../../app/session.ts'
import { useSignInFirst } from '../../app/use-sign-in-first.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { Button } from '../../ui/button.tsx'
import { useFollow } from './mutations.ts'

const UnfollowQuestion = lazyPart(() =>
  import('./unfollow-question.tsx').then(({ UnfollowQuestion }) => UnfollowQuestion),
)

/** Follows a person, or asks to, or no longer: of a private account after a question, as the way back is to ask again. Nobody follows themselves: then there is none. */
export function FollowButton({ person }: { person: AnyPerson }): ReactElement | null {
  const { t } = useLanguage()
  const viewer = useViewer()
  const signInFirst = useSignInFirst()
  const follow = useFollow(person)
  const [isAsked, setAsked] = useState(false)
  if (viewer?.id === person.id) return null
  const { following = false, requested = false, followedBy = false } = person.viewer ?? {}
  const isOn = following || requested
  const text = isOn
    ? (`person.${following ? 'following' : 'requested'}` as const)
    : (`person.${followedBy ? 'followBack' : 'follow'}` as const)
  const name = person.displayName
  return (
    <>
      <Button
        look={isOn ? 'quiet' : 'primary'}
        aria-pressed={isOn}
        aria-label={`${t(text)} ${name}`}
        onClick={() => (following && person.private ? setAsked(true) : signInFirst(() => follow(!isOn)))}
      >
        {t(text)}
      </Button>
      {isAsked && (
        <Suspense>
          <UnfollowQuestion
            name={name}
            onYes={() => {
              setAsked(false)
              follow(false)
            }}
            onClose={() => setAsked(false)}
          />
        </Suspense>
      )}
    </>
  )
}
