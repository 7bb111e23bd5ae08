import { useQuery } from '@tanstack/react-query'
import { createLink, Link, useMatches, useRouter } from '@tanstack/react-router'
import { type ComponentProps, type ReactElement, type ReactNode, Suspense, useState } from 'react'
import { ownPerson } from '../../features/account/queries.ts'
import { unreadCount } from '../../features/notification/queries.ts'
import { useLanguage } from '../../i18n/index.tsx'
import { lazyPart } from '../../i18n/lazy-part.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Icon, type IconName } from '../../ui/icon.tsx'
import { type Viewer, useViewer } from '../session.ts'
import styles from './navigation.module.css'
import { Wordmark } from './wordmark.tsx'

const MoreSheet = lazyPart(() => import('./more-sheet.tsx').then(({ MoreSheet }) => MoreSheet))

/** A rail beside the page where there is room, on a phone a bar above and one below. */
export function Navigation(): ReactElement {
  const { t } = useLanguage()
  const viewer = useViewer()
  return (
    <div className={styles.rail}>
      <Head isSignedIn={viewer !== null} />
      <nav className={styles.nav} aria-label={t('frame.navigation')}>
        <ul className={styles.places}>
          <Place>
            <PlaceLink to="/" activeOptions={{ exact: true }} icon="home" label={t('frame.home')} />
          </Place>
          <Place>
            <PlaceLink to="/explore" icon="explore" label={t('frame.explore')} />
          </Place>
          {viewer ? <SignedInPlaces viewer={viewer} /> : <SignedOutPlaces />}
        </ul>
      </nav>
    </div>
  )
}

function SignedOutPlaces(): ReactElement {
  const { t } = useLanguage()
  return (
    <>
      <Place>
        <PlaceLink to="/search" icon="search" label={t('frame.search')} />
      </Place>
      <Place onlyRail>
        <PlaceLink to="/login" icon="person" label={t('action.signIn')} />
      </Place>
      <Place onlyRail>
        <PlaceLink to="/register" icon="plus" label={t('action.register')} />
      </Place>
    </>
  )
}

function SignedInPlaces({ viewer }: { viewer: Viewer }): ReactElement {
  const { t } = useLanguage()
  const { data: unread } = useQuery(unreadCount)
  const { data: person } = useQuery(ownPerson)
  return (
    <>
      <Place onlyRail>
        <PlaceLink to="/search" icon="search" label={t('frame.search')} />
      </Place>
      <Place>
        <PlaceLink to="/new" icon="plus" label={t('frame.new')} />
      </Place>
      <Place>
        <PlaceLink to="/notifications" icon="bell" label={t('frame.notifications')} badge={unread?.count ?? 0} />
      </Place>
      <Place onlyRail>
        <PlaceLink to="/saved" icon="bookmark" label={t('frame.saved')} />
      </Place>
      <Place>
        <PlaceLink
          to="/@{$username}"
          params={{ username: viewer.username }}
          label={t('frame.profile')}
          picture={<Avatar size="s" person={person ?? { ...viewer, displayName: '', avatar: null }} />}
        />
      </Place>
      <Place onlyRail isLast>
        <PlaceLink to="/settings" icon="sliders" label={t('frame.settings')} />
      </Place>
    </>
  )
}

function Place(props: { onlyRail?: boolean; isLast?: boolean; children: ReactNode }): ReactElement {
  const classes = [styles.place, props.onlyRail && styles.onlyRail, props.isLast && styles.last]
  return <li className={classes.filter(Boolean).join(' ')}>{props.children}</li>
}

type PlaceProps = ComponentProps<'a'> & { label: string; badge?: number } & (
    | { icon: IconName; picture?: never }
    | { icon?: never; picture: ReactElement }
  )

const PlaceLink = createLink(function PlaceAnchor({ label, icon, picture, badge = 0, ...anchor }: PlaceProps) {
  const { t, compact } = useLanguage()
  return (
    // oxlint-disable-next-line jsx-a11y/anchor-has-content -- its content is below
    <a {...anchor} className={styles.link} title={label}>
      <span className={styles.picture}>
        {icon ? <Icon name={icon} /> : picture}
        {badge > 0 && (
          <span className={styles.badge} aria-hidden="true">
            {compact(badge)}
          </span>
        )}
      </span>
      <span className={styles.label}>{label}</span>
      {badge > 0 && <span className="visually-hidden">, {t('frame.unread', { count: badge })}</span>}
    </a>
  )
})

function Head({ isSignedIn }: { isSignedIn: boolean }): ReactElement {
  const { t } = useLanguage()
  const { history, navigate } = useRouter()
  const isNested = useMatches({ select: (matches) => matches.at(-1)?.staticData.isNested === true })
  const [isMoreOpen, setMoreOpen] = useState(false)
  return (
    <header className={`${styles.head} ${isNested ? styles.nested : ''}`}>
      <IconButton
        className={styles.back}
        icon="back"
        label={t('action.back')}
        onClick={() => (history.canGoBack() ? history.back() : void navigate({ to: '/' }))}
      />
      <Link to="/" className={styles.wordmark} aria-label={t('app.name')}>
        <Wordmark />
      </Link>
      <span className={styles.tools}>
        {isSignedIn ? (
          <>
            <Link to="/search" className={styles.tool} aria-label={t('frame.search')}>
              <Icon name="search" />
            </Link>
            <IconButton icon="more" label={t('action.more')} onClick={() => setMoreOpen(true)} />
          </>
        ) : (
          <Link to="/login" className={styles.signIn}>
            {t('action.signIn')}
          </Link>
        )}
      </span>
      {isMoreOpen && (
        <Suspense>
          <MoreSheet onClose={() => setMoreOpen(false)} />
        </Suspense>
      )}
    </header>
  )
}
