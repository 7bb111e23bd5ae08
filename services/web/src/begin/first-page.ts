import { gridPageSize, listPageSize } from '../features/feed/page-sizes.ts'

/** Pages of which something is asked for before the app is there, by the names of their files in routes/. */
export const firstRoutes = ['home', 'global', 'explore', 'profile', 'post'] as const

export interface FirstPage {
  route: (typeof firstRoutes)[number]
  /** What of the API it needs, as its queries ask for it. */
  asks: string[]
  /** The first answer is a feed whose posts are shown as cards. */
  isOfCards?: boolean
}

/** What is needed first where a visit begins; null for pages of which nothing is worth an early beginning. */
export function firstPage(path: string, isSignedIn: boolean): FirstPage | null {
  const [, first = '', second = '', ...more] = path.split('/')
  if (path === '/') {
    const feed = isSignedIn ? '/api/v1/feed/home' : '/api/v1/feed'
    return { route: 'home', asks: [`${feed}?limit=${listPageSize}`], isOfCards: true }
  }
  if (path === '/global') return { route: 'global', asks: [`/api/v1/feed?limit=${listPageSize}`], isOfCards: true }
  if (path === '/explore') return { route: 'explore', asks: [`/api/v1/feed/explore?limit=${gridPageSize}`] }
  if (first === 'p' && second !== '' && more.length === 0) return { route: 'post', asks: [`/api/v1/posts/${second}`] }
  if (first.startsWith('@') && first.length > 1 && second === '') {
    const person = `/api/v1/users/${first.slice(1)}`
    return { route: 'profile', asks: [person, `${person}/posts?limit=${gridPageSize}`] }
  }
  return null
}
