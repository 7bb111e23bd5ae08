import { ApiError, ConnectionError } from '@daguerre/client'
import type { MessageId, Values } from '../../i18n/index.tsx'
import { refusalWords } from './refusal-words.ts'
import { FileGone, toldPauseMs, type Upload } from './uploader.ts'
import { WorkerFailure } from './worker-call.ts'

/** Whether somebody has to do something before it can be shared. */
export function isStuck(upload: Upload | undefined): boolean {
  return upload?.is === 'stopped' || upload?.is === 'spoilt'
}

/** How it stands with a photo, in words; `left` are the seconds of a pause. Null if there is nothing to say. */
export function uploadWords(upload: Upload | undefined, left: number | null): [MessageId, Values] | null {
  switch (upload?.is) {
    case 'waiting':
      return ['upload.waiting', {}]
    case 'preparing':
      return ['upload.preparing', {}]
    case 'sending':
      // The last bytes are sent, and the server has not said yet that it has them.
      return upload.share < 1 ? ['upload.sending', { percent: Math.floor(upload.share * 100) }] : ['upload.ending', {}]
    case 'paused':
      return ['upload.paused', {}]
    case 'held':
      return heldWords(upload.error, left)
    case 'stopped':
      return [stoppedWords(upload.error), {}]
    case 'spoilt':
      return [refusalWords(`photo.${upload.reason ?? 'failed'}`), {}]
    default:
      return null
  }
}

function heldWords(error: unknown, left: number | null): [MessageId, Values] {
  if (error instanceof ConnectionError) return ['upload.line', {}]
  if (error instanceof ApiError && error.status === 401) return ['upload.session', {}]
  if (left !== null && left * 1000 >= toldPauseMs) return ['upload.wait', { seconds: left }]
  return ['upload.busy', {}]
}

function stoppedWords(error: unknown): MessageId {
  if (error instanceof FileGone) return 'photo.lost'
  if (error instanceof WorkerFailure) return 'upload.noMemory'
  if (!(error instanceof ApiError)) return 'photo.notTaken'
  return error.status === 413 ? 'photo.tooLarge' : refusalWords(error.code)
}
