import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  type ParsedLocation,
  redirect,
} from '@tanstack/react-router'
import { allMessages } from '../i18n/index.tsx'
import { Loading } from '../ui/loading.tsx'
import { NotFound } from '../routes/not-found.tsx'
import { Frame } from './frame/frame.tsx'
import { Broken } from './frame/broken.tsx'
import { loaders } from './loaders.ts'
import { safeNext } from './next.ts'
import { currentViewer } from './session.ts'

/** Where somebody has to be signed in. Who is not, signs in and comes back. */
function signedInOnly({ location }: { location: ParsedLocation }): void {
  if (!currentViewer()) throw redirect({ to: '/login', search: { next: location.href }, replace: true })
}

/** Where somebody who is signed in has no business. */
function signedOutOnly({ search }: { search: { next?: string } }): void {
  if (currentViewer()) throw redirect({ href: safeNext(search.next), replace: true })
}

function nextOf(search: Record<string, unknown>): { next?: string } {
  return typeof search['next'] === 'string' ? { next: search['next'] } : {}
}

function textOf<Key extends string>(key: Key) {
  return (search: Record<string, unknown>): { [K in Key]?: string } => {
    const value = search[key]
    const text = typeof value === 'number' ? String(value) : value
    return (typeof text === 'string' && text !== '' ? { [key]: text } : {}) as { [K in Key]?: string }
  }
}

/** For pages that say what is not among the first texts. */
function withAllMessages<Page>(load: () => Promise<Page>): () => Promise<Page> {
  return async () => (await Promise.all([load(), allMessages()]))[0]
}

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound })
function parent(): typeof root {
  return root
}

const home = createRoute({
  getParentRoute: parent,
  path: '/',
  loader: () => loaders.home(),
  component: lazyRouteComponent(() => import('../routes/home.tsx'), 'Home'),
})
const explore = createRoute({
  getParentRoute: parent,
  path: '/explore',
  loader: () => loaders.explore(),
  component: lazyRouteComponent(() => import('../routes/explore.tsx'), 'Explore'),
})
const global = createRoute({
  getParentRoute: parent,
  path: '/global',
  loader: () => loaders.global(),
  component: lazyRouteComponent(() => import('../routes/global.tsx'), 'Global'),
})
const login = createRoute({
  getParentRoute: parent,
  path: '/login',
  validateSearch: nextOf,
  beforeLoad: signedOutOnly,
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/login.tsx')),
    'Login',
  ),
})
const register = createRoute({
  getParentRoute: parent,
  path: '/register',
  validateSearch: (search: Record<string, unknown>) => ({ ...nextOf(search), ...textOf('invitation')(search) }),
  beforeLoad: signedOutOnly,
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/register.tsx')),
    'Register',
  ),
})
const forgotPassword = createRoute({
  getParentRoute: parent,
  path: '/forgot-password',
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/forgot-password.tsx')),
    'ForgotPassword',
  ),
})
const resetPassword = createRoute({
  getParentRoute: parent,
  path: '/reset-password',
  validateSearch: textOf('token'),
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/reset-password.tsx')),
    'ResetPassword',
  ),
})
const verifyEmail = createRoute({
  getParentRoute: parent,
  path: '/verify-email',
  validateSearch: textOf('token'),
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/verify-email.tsx')),
    'VerifyEmail',
  ),
})
const firstAdmin = createRoute({
  getParentRoute: parent,
  path: '/first-admin',
  validateSearch: textOf('token'),
  beforeLoad: signedInOnly,
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/first-admin.tsx')),
    'FirstAdmin',
  ),
})
const signIn = createRoute({
  getParentRoute: parent,
  path: '/sign-in/$provider',
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/sign-in.tsx')),
    'SignIn',
  ),
})
const authorize = createRoute({
  getParentRoute: parent,
  path: '/oauth/authorize',
  validateSearch: textOf('asked'),
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/authorize.tsx')),
    'Authorize',
  ),
})
const newPost = createRoute({
  getParentRoute: parent,
  path: '/new',
  beforeLoad: signedInOnly,
  staticData: { isNested: true },
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/new.tsx')),
    'New',
  ),
})
const search = createRoute({
  getParentRoute: parent,
  path: '/search',
  validateSearch: textOf('q'),
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/search.tsx')),
    'Search',
  ),
})
const tag = createRoute({
  getParentRoute: parent,
  path: '/tags/$tag',
  staticData: { isNested: true },
  loader: ({ params }) => loaders.tag(params.tag),
  component: lazyRouteComponent(() => import('../routes/tag.tsx'), 'Tag'),
})
const profile = createRoute({
  getParentRoute: parent,
  path: '/@{$username}',
  loader: ({ params }) => loaders.profile(params.username),
  component: lazyRouteComponent(() => import('../routes/profile.tsx'), 'Profile'),
})
const followers = createRoute({
  getParentRoute: parent,
  path: '/@{$username}/followers',
  staticData: { isNested: true },
  component: lazyRouteComponent(() => import('../routes/followers.tsx'), 'Followers'),
})
const following = createRoute({
  getParentRoute: parent,
  path: '/@{$username}/following',
  staticData: { isNested: true },
  component: lazyRouteComponent(() => import('../routes/following.tsx'), 'Following'),
})
const post = createRoute({
  getParentRoute: parent,
  path: '/p/$id',
  staticData: { isNested: true },
  validateSearch: textOf('comment'),
  loader: ({ params }) => loaders.post(params.id),
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/post.tsx')),
    'Post',
  ),
})
const postEdit = createRoute({
  getParentRoute: parent,
  path: '/p/$id/edit',
  staticData: { isNested: true },
  beforeLoad: signedInOnly,
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/post-edit.tsx')),
    'PostEdit',
  ),
})
const postLikes = createRoute({
  getParentRoute: parent,
  path: '/p/$id/likes',
  staticData: { isNested: true },
  component: lazyRouteComponent(() => import('../routes/post-likes.tsx'), 'PostLikes'),
})
const notifications = createRoute({
  getParentRoute: parent,
  path: '/notifications',
  validateSearch: textOf('kind'),
  beforeLoad: signedInOnly,
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/notifications.tsx')),
    'Notifications',
  ),
})
const moderation = createRoute({
  getParentRoute: parent,
  path: '/moderation',
  validateSearch: textOf('tab'),
  beforeLoad: signedInOnly,
  staticData: { isNested: true },
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/moderation.tsx')),
    'Moderation',
  ),
})
const moderationCase = createRoute({
  getParentRoute: parent,
  path: '/moderation/cases/$id',
  beforeLoad: signedInOnly,
  staticData: { isNested: true },
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/moderation-case.tsx')),
    'ModerationCase',
  ),
})
const moderationAccount = createRoute({
  getParentRoute: parent,
  path: '/moderation/accounts/$id',
  beforeLoad: signedInOnly,
  staticData: { isNested: true },
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/moderation-account.tsx')),
    'ModerationAccount',
  ),
})
const saved = createRoute({
  getParentRoute: parent,
  path: '/saved',
  beforeLoad: signedInOnly,
  component: lazyRouteComponent(() => import('../routes/saved.tsx'), 'Saved'),
})
const settings = createRoute({
  getParentRoute: parent,
  path: '/settings',
  beforeLoad: signedInOnly,
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/settings.tsx')),
    'Settings',
  ),
})
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/settings.tsx')),
    'SettingsIndex',
  ),
})
const settingsSection = createRoute({
  getParentRoute: () => settings,
  path: '$section',
  staticData: { isNested: true },
  loader: async ({ params }) => {
    const { sectionOf } = await import('../features/settings/sections.ts')
    const section = sectionOf(params.section)
    if (!section) throw notFound()
    return { Content: await section.load() }
  },
  staleTime: Infinity,
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/settings.tsx')),
    'SettingsSection',
  ),
})
const offline = createRoute({
  getParentRoute: parent,
  path: '/offline',
  component: lazyRouteComponent(
    withAllMessages(() => import('../routes/offline.tsx')),
    'Offline',
  ),
})

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    explore,
    global,
    login,
    register,
    forgotPassword,
    resetPassword,
    verifyEmail,
    firstAdmin,
    signIn,
    authorize,
    newPost,
    search,
    tag,
    profile,
    followers,
    following,
    post,
    postEdit,
    postLikes,
    notifications,
    saved,
    moderation,
    moderationCase,
    moderationAccount,
    settings.addChildren([settingsIndex, settingsSection]),
    offline,
  ]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: Broken,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
  // The page before stays for as long as the next one's code may take on a good line.
  defaultPendingComponent: Loading,
  defaultPendingMs: 300,
  defaultPendingMinMs: 0,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface StaticDataRouteOption {
    /** One comes here from elsewhere in the app: a phone shows a way back. */
    isNested?: boolean
  }
}
