import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type ReactElement, Suspense, useMemo } from 'react'
import { isMissing } from '../app/errors.ts'
import { Failure } from '../app/failure.tsx'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { FeedView } from '../features/feed/feed-view.tsx'
import { PostGrid } from '../features/feed/post-grid.tsx'
import { personFeed } from '../features/feed/queries.ts'
import { GridSkeleton } from '../features/feed/skeletons.tsx'
import { hidesFrom } from '../features/person/hides.ts'
import { Nobody } from '../features/person/nobody.tsx'
import { ProfileHead, ProfileHeadSkeleton } from '../features/person/profile-head.tsx'
import styles from '../features/person/profile.module.css'
import { personByName } from '../features/person/queries.ts'
import { useLanguage } from '../i18n/index.tsx'
import { lazyPart } from '../i18n/lazy-part.ts'
import { buttonClass } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

const HiddenPosts = lazyPart(() =>
  import('../features/privacy/hidden-posts.tsx').then(({ HiddenPosts }) => HiddenPosts),
)
const route = getRouteApi('/@{$username}')

/** A person and their photographs. */
export function Profile(): ReactElement {
  const { username } = route.useParams()
  return <ProfileOf key={username} username={username} />
}

function ProfileOf({ username }: { username: string }): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  const { data: person, error, refetch } = useQuery(personByName(username))
  const feed = useMemo(() => personFeed(username), [username])
  useTitle(person ? `${person.displayName} (@${person.username})` : `@${username}`)

  if (isMissing(error)) return <Nobody username={username} />
  if (!person && error) return <Failure isPage error={error} onRetry={() => void refetch()} />
  const isOwn = viewer !== null && viewer.username === username
  const hidden = person && hidesFrom(viewer?.id ?? null, person) && (
    <Suspense>
      <HiddenPosts person={person} />
    </Suspense>
  )
  return (
    <div className={styles.page}>
      {person ? (
        <ProfileHead person={person} />
      ) : (
        <>
          <h1 className="visually-hidden">@{username}</h1>
          <ProfileHeadSkeleton />
        </>
      )}
      {person?.viewer?.blocked ? (
        hidden
      ) : (
        <FeedView
          feed={feed}
          skeleton={<GridSkeleton look="squares" />}
          empty={
            hidden ||
            (isOwn ? (
              <Notice
                title={t('person.ownEmpty')}
                action={
                  <Link className={buttonClass('primary')} to="/new">
                    {t('frame.new')}
                  </Link>
                }
              >
                {t('person.ownEmptyText')}
              </Notice>
            ) : (
              <Notice title={t('person.empty')}>
                {t('person.emptyText', { name: person?.displayName ?? `@${username}` })}
              </Notice>
            ))
          }
        >
          {(posts, isComplete) => (
            <PostGrid name={`person ${username}`} posts={posts} look="squares" isComplete={isComplete} />
          )}
        </FeedView>
      )}
    </div>
  )
}
