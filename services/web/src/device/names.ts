// What a page calls what it shares with the service worker, and with the script that runs before it (begin/begin.ts).

/** Held by the service worker while it works in the background. */
export const backgroundLock = 'daguerre.background'

/** In localStorage: the service worker has a copy of the session. */
export const lentFlag = 'daguerre.lent'

/** A channel on which pages speak to the service worker, whichever it is. */
export const workerChannel = 'daguerre.worker'

/** A page is there again: it goes on itself. */
export type WordToWorker = { is: 'hand-over' }

/** Photographs that were seen last. */
export const photoCache = 'daguerre.photos'

/** In localStorage: the appearance that was chosen. */
export const themeKey = 'daguerre.theme'

/** In localStorage: who is signed in. */
export const sessionKey = 'daguerre.session'

/** In localStorage: what was last seen. */
export const snapshotKey = 'daguerre.snapshot'
