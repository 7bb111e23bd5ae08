import { expect, test } from 'vitest'
import { firstPage } from './first-page.ts'

test.each([
  ['/', false, 'home', ['/api/v1/feed?limit=12']],
  ['/', true, 'home', ['/api/v1/feed/home?limit=12']],
  ['/@iris', true, 'profile', ['/api/v1/users/iris', '/api/v1/users/iris/posts?limit=30']],
  ['/p/42', false, 'post', ['/api/v1/posts/42']],
])('%s, signed in: %s, begins with %s', (path, isSignedIn, route, asks) => {
  expect(firstPage(path, isSignedIn)).toMatchObject({ route, asks })
})

test.each(['/settings', '/@', '/@iris/followers', '/p', '/p/42/edit', '/login', '/nowhere', '//'])(
  '%s begins with nothing',
  (path) => expect(firstPage(path, true)).toBeNull(),
)
