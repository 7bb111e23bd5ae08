import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ComponentProps, type ReactElement, Suspense } from 'react'
import { isMissing } from '../../app/errors.ts'
import { useViewer } from '../../app/session.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { hidesFrom } from './hides.ts'
import { Nobody } from './nobody.tsx'
import { PeopleList } from './people-list.tsx'
import styles from './people-page.module.css'
import { personByName } from './queries.ts'

const HiddenPosts = lazyPart(() => import('../privacy/hidden-posts.tsx').then(({ HiddenPosts }) => HiddenPosts))

/** Who follows a person, or whom they follow: one page, two sides. */
export function FollowPage({
  username,
  ...list
}: { username: string } & ComponentProps<typeof PeopleList>): ReactElement {
  const { t, compact } = useLanguage()
  const viewer = useViewer()
  const { data: person } = useQuery(personByName(username))
  if (isMissing(list.query.error)) return <Nobody username={username} />
  const { followers, following } = person?.counts ?? {}
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>
        <Link to="/@{$username}" params={{ username }}>
          <bdi>{person?.displayName ?? `@${username}`}</bdi>
        </Link>
      </h1>
      <nav className={styles.tabs} aria-label={t('person.people')}>
        <Link className={styles.tab} to="/@{$username}/followers" params={{ username }} replace>
          <span>
            {followers !== undefined && compact(followers)} {t('person.followers', { count: followers ?? 2 })}
          </span>
        </Link>
        <Link className={styles.tab} to="/@{$username}/following" params={{ username }} replace>
          <span>
            {following !== undefined && compact(following)} {t('person.followed', { count: following ?? 2 })}
          </span>
        </Link>
      </nav>
      <PeopleList
        {...list}
        {...(person && hidesFrom(viewer?.id ?? null, person)
          ? {
              empty: (
                <Suspense>
                  <HiddenPosts person={person} />
                </Suspense>
              ),
            }
          : {})}
      />
    </div>
  )
}
