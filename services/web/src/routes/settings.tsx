import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Navigate, Outlet, useMatches } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { useMediaQuery } from '../app/media-query.ts'
import { useViewer } from '../app/session.ts'
import { useTitle } from '../app/title.ts'
import { registrationRules } from '../features/account/queries.ts'
import { sectionOf, sections } from '../features/settings/sections.ts'
import { useLanguage } from '../i18n/index.tsx'
import { Icon } from '../ui/icon.tsx'
import styles from './settings.module.css'

const sectionRoute = getRouteApi('/settings/$section')

/** Those whose tokens have the scope. A session from before roles has none. */
const moderates: ReadonlySet<string | undefined> = new Set(['moderator', 'admin'])

/** The list of sections and one of them: side by side, or one after the other where there is no room. */
export function Settings(): ReactElement {
  const isWide = useMediaQuery('(min-width: 60rem)')
  const isIndex = useMatches({ select: (matches) => matches.at(-1)?.routeId === '/settings/' })
  return (
    <div className={styles.settings}>
      {(isWide || isIndex) && <SectionList isPage={isIndex} />}
      <div className={styles.section}>
        <Outlet />
      </div>
    </div>
  )
}

function SectionList({ isPage }: { isPage: boolean }): ReactElement {
  const { t } = useLanguage()
  const title = t('frame.settings')
  const viewer = useViewer()
  const { data: rules } = useQuery(registrationRules)
  return (
    <nav className={styles.list} aria-label={title}>
      {isPage ? <h1 className={styles.title}>{title}</h1> : <p className={styles.title}>{title}</p>}
      <ul>
        {sections
          .filter(
            ({ role, invites }) =>
              role === undefined || viewer?.role === role || (invites === true && rules?.membersInvite === true),
          )
          .map(({ path, icon, title, text }) => (
            <li key={path}>
              <Link className={styles.link} to="/settings/$section" params={{ section: path }}>
                <Icon name={icon} />
                <span>
                  <span className={styles.name}>{t(title)}</span>
                  <span className={styles.text}>{t(text)}</span>
                </span>
              </Link>
            </li>
          ))}
        {viewer !== null && moderates.has(viewer.role) && (
          <li>
            <Link className={styles.link} to="/moderation">
              <Icon name="flag" />
              <span>
                <span className={styles.name}>{t('moderation.title')}</span>
                <span className={styles.text}>{t('settings.toModeration')}</span>
              </span>
            </Link>
          </li>
        )}
      </ul>
    </nav>
  )
}

/** Where there is room for both, the first section stands beside the list. */
export function SettingsIndex(): ReactElement | null {
  const { t } = useLanguage()
  const isWide = useMediaQuery('(min-width: 60rem)')
  useTitle(t('frame.settings'))
  const first = sections[0]
  if (!isWide || !first) return null
  return <Navigate to="/settings/$section" params={{ section: first.path }} replace />
}

export function SettingsSection(): ReactElement | null {
  const { t } = useLanguage()
  const { section: path } = sectionRoute.useParams()
  const { Content } = sectionRoute.useLoaderData()
  const title = sectionOf(path)?.title ?? 'frame.settings'
  useTitle(t(title))
  return (
    <>
      <h1 className={styles.title}>{t(title)}</h1>
      <Content />
    </>
  )
}
