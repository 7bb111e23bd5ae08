import { goOn } from './background.ts'
import { answerPhoto } from './photos.ts'
import { openNotification, showPush } from './pushes.ts'
import { scope } from './scope.ts'
import { takeShared } from './shared.ts'
import { answerShell, installShell, tidyShells } from './shell.ts'
import type { PushMessage } from './words.ts'

// Answers of the API are never kept here: they are somebody's.

scope.addEventListener('install', (event) => event.waitUntil(installShell()))

scope.addEventListener('activate', (event) => event.waitUntil(Promise.all([tidyShells(), scope.clients.claim()])))

scope.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (url.origin !== location.origin) return
  if (request.method === 'POST' && url.pathname === '/new') return event.respondWith(takeShared(request))
  const answer = answerPhoto(event, url) ?? answerShell(event, url)
  if (answer) event.respondWith(answer)
})

scope.addEventListener('push', (event) => {
  const message = event.data?.json() as PushMessage | undefined
  if (message) event.waitUntil(showPush(message))
})

scope.addEventListener('notificationclick', (event) => event.waitUntil(openNotification(event.notification)))

scope.addEventListener('sync', (event) => {
  if (event.tag === 'outbox') event.waitUntil(goOn())
})

scope.addEventListener('message', (event) => {
  // Somebody wants the new version now.
  if (event.data === 'take-over') event.waitUntil(scope.skipWaiting())
})
