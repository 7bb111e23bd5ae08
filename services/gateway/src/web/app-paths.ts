/**
 * The pages of the web app (services/web), by path as an OpenAPI document writes it. Each begins with a segment that no
 * path of the API and none of its aliases takes; a test compares the two.
 */
export const appPaths = [
  '/',
  '/login',
  '/register',
  '/forgot-password',
  '/reset-password',
  '/verify-email',
  '/first-admin',
  '/sign-in/{provider}',
  '/oauth/authorize',
  '/explore',
  '/global',
  '/search',
  '/tags/{tag}',
  '/new',
  '/notifications',
  '/saved',
  '/moderation',
  '/moderation/cases/{id}',
  '/moderation/accounts/{id}',
  '/settings',
  '/settings/{section}',
  '/settings/{section}/{part}',
  '/offline',
  '/@{username}',
  '/@{username}/{part}',
  '/p/{id}',
  '/p/{id}/{part}',
] as const

export interface MatchedPath {
  template: (typeof appPaths)[number]
  parameters: Record<string, string>
}

const patterns = appPaths.map((template) => ({
  template,
  pattern: new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}))

/** Which page of the app a path is, and what its parameters are; null for what is no page. */
export function matchAppPath(path: string): MatchedPath | null {
  for (const { template, pattern } of patterns) {
    const match = pattern.exec(path)
    if (match) return { template, parameters: { ...match.groups } }
  }
  return null
}
