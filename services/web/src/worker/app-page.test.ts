import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAppPage } from './app-page.ts'

test.each([
  ...['/', '/login', '/register', '/explore', '/global', '/search', '/new', '/notifications', '/saved', '/offline'],
  ...['/tags/light', '/settings', '/settings/account', '/@louise', '/@louise/followers', '/p/1', '/p/1/edit'],
])('%s is a page of the app', (path) => {
  expect(isAppPage(path)).toBe(true)
})

test.each([
  ...['/docs', '/api/v1/feed', '/media/1/small.webp', '/oembed', '/sitemap.xml', '/robots.txt', '/sw.js'],
  ...['/notifications/my', '/posts/feed', '/users/followers', '/auth/login', '/tags', '/nothing', '/p/1/edit/more'],
])('%s is not', (path) => {
  expect(isAppPage(path)).toBe(false)
})

function pathsIn(file: string, pattern: RegExp): string[] {
  const source = readFileSync(join(import.meta.dirname, file), 'utf8')
  return [...source.matchAll(pattern)].map(([, path = '']) => path.replaceAll(/\{?\$?\w+\}|\$\w+/g, 'x'))
}

test('what the router and the gateway have as a page is one', () => {
  const drawn = pathsIn('../app/router.tsx', /\bpath: '(\/[^']*)'/g)
  const served = pathsIn('../../../gateway/src/web/app-paths.ts', /^ {2}'(\/[^']*)',$/gm)
  expect(drawn).toContain('/p/x/edit')
  expect(served).toContain('/p/x/x')
  expect([...drawn, ...served].filter((path) => !isAppPage(path))).toEqual([])
})
