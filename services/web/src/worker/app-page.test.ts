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
