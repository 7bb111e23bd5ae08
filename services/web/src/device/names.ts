// What a page and the service worker call what they share.

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
