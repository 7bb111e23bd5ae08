import { ApiError, ConnectionError, type Media } from '@daguerre/client'
import type { Photo } from './posts.ts'

/** How far a photo has come. */
export type Upload =
  | { is: 'waiting' }
  | { is: 'preparing' }
  | { is: 'sending'; share: number }
  | { is: 'paused' }
  /** It goes on by itself: at a time, when there is a line, or when somebody has signed in. */
  | { is: 'held'; until: number | null; error: unknown }
  /** It does not go on by itself. */
  | { is: 'stopped'; error: unknown }
  | { is: 'stored'; mediaId: string }
  /** The server has it and cannot make anything of it; `reason` as in the API's `Media`. */
  | { is: 'spoilt'; reason: Media['reason'] }

type Job = Pick<Photo, 'id' | 'key' | 'edit'>

export interface UploaderOptions {
  /** What is sent: the print of a photo that was edited, else the photo. Null if it is no longer there. */
  bytesOf: (job: Job) => Promise<Blob | null>
  send: (
    bytes: Blob,
    options: { idempotencyKey: string; signal: AbortSignal; onProgress: (sent: number, total: number) => void },
  ) => Promise<Media>
  /** Waits until the server has made something of it. */
  ready: (mediaId: string, signal: AbortSignal) => Promise<Media>
  /** Called before anybody hears of it: what is kept has to know. */
  onStored: (job: Job, mediaId: string) => Promise<void>
  concurrency?: number
  now?: () => number
}

/** Its file is gone: from the disk, or thrown away by the browser. */
export class FileGone extends Error {
  override readonly name = 'FileGone'
}

const firstPauseMs = 2_000
const longestPauseMs = 60_000
/** Longer pauses than this are told, shorter ones just happen. */
export const toldPauseMs = 5_000

export type Uploader = ReturnType<typeof createUploader>

/** Brings photos to the server, some at a time, through whatever happens to the line. */
export function createUploader({ bytesOf, send, ready, onStored, concurrency = 2, now = Date.now }: UploaderOptions) {
  const uploads = new Map<string, Upload>()
  const jobs = new Map<string, Job>()
  const running = new Map<string, AbortController>()
  const failures = new Map<string, number>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()
  const listeners = new Set<() => void>()
  let snapshot: ReadonlyMap<string, Upload> = new Map()

  function set(id: string, upload: Upload): void {
    uploads.set(id, upload)
    tell()
  }

  function tell(): void {
    snapshot = new Map(uploads)
    for (const listener of listeners) listener()
  }

  function halt(id: string): void {
    clearTimeout(timers.get(id))
    timers.delete(id)
    running.get(id)?.abort()
    running.delete(id)
  }

  function next(): void {
    for (const [id, job] of jobs) {
      if (running.size >= concurrency) return
      if (uploads.get(id)?.is === 'waiting' && !running.has(id)) void run(job)
    }
  }

  async function run(job: Job): Promise<void> {
    const { id, key } = job
    const controller = new AbortController()
    const { signal } = controller
    running.set(id, controller)
    const silence = watchSilence()
    try {
      set(id, { is: 'preparing' })
      const bytes = await bytesOf(job)
      if (signal.aborted) return
      if (!bytes) throw new FileGone()
      set(id, { is: 'sending', share: 0 })
      silence.heard()
      const media = await send(bytes, {
        idempotencyKey: key,
        signal: AbortSignal.any([signal, silence.signal]),
        onProgress(sent, total) {
          silence.heard()
          if (!signal.aborted) set(id, { is: 'sending', share: total > 0 ? sent / total : 0 })
        },
      })
      // Stopped in the last moment: what was stored is left alone, the same key finds it again.
      if (signal.aborted) return
      await onStored(job, media.id)
      if (signal.aborted) return
      failures.delete(id)
      set(id, { is: 'stored', mediaId: media.id })
      void watch(id, media.id, signal)
    } catch (error) {
      if (!signal.aborted) fail(id, silence.signal.aborted ? new ConnectionError(error) : error)
    } finally {
      silence.end()
      if (running.get(id) === controller) running.delete(id)
      next()
    }
  }

  function fail(id: string, error: unknown): void {
    const pauseMs = pauseAfter(error, failures.get(id) ?? 0)
    if (pauseMs === null) return set(id, { is: 'stopped', error })
    failures.set(id, (failures.get(id) ?? 0) + 1)
    const waitsForSomebody = error instanceof ApiError && error.status === 401
    set(id, { is: 'held', until: waitsForSomebody ? null : now() + pauseMs, error })
    if (!waitsForSomebody)
      timers.set(
        id,
        setTimeout(() => resume(id), pauseMs),
      )
  }

  /** What cannot be read is better known before it is posted. That it is not known is no fault. */
  async function watch(id: string, mediaId: string, signal: AbortSignal): Promise<void> {
    const media = await ready(mediaId, signal).catch(() => null)
    const upload = uploads.get(id)
    if (media?.state === 'failed' && upload?.is === 'stored' && upload.mediaId === mediaId) {
      set(id, { is: 'spoilt', reason: media.reason })
    }
  }

  function resume(id: string): void {
    if (!jobs.has(id)) return
    halt(id)
    set(id, { is: 'waiting' })
    next()
  }

  return {
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    snapshot: () => snapshot,

    /** Begins, or goes on with, a photo. With another key it is another print of it, and begins again. */
    add(job: Job, mediaId: string | null = null): void {
      const known = jobs.get(job.id)
      if (known?.key === job.key && uploads.has(job.id)) return
      halt(job.id)
      failures.delete(job.id)
      jobs.set(job.id, job)
      if (mediaId === null) {
        set(job.id, { is: 'waiting' })
        next()
        return
      }
      const controller = new AbortController()
      set(job.id, { is: 'stored', mediaId })
      void watch(job.id, mediaId, controller.signal)
    },

    pause(id: string): void {
      halt(id)
      set(id, { is: 'paused' })
      next()
    },

    resume,

    /** The line is back, or somebody has signed in: what was held goes on at once. */
    resumeHeld(): void {
      for (const [id, upload] of uploads) if (upload.is === 'held') resume(id)
    },

    /** Forgets a photo. */
    drop(id: string): void {
      halt(id)
      jobs.delete(id)
      failures.delete(id)
      uploads.delete(id)
      tell()
      next()
    },

    /** Waits until all are stored or somebody has to do something; what is paused goes on. */
    settled(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Upload>> {
      for (const id of ids) if (uploads.get(id)?.is === 'paused') resume(id)
      return new Promise((resolve, reject) => {
        function look(): void {
          const all = ids.map((id) => uploads.get(id))
          const isOver = all.every((upload) => upload === undefined || upload.is === 'stored')
          const isStuck = all.some((upload) => upload?.is === 'stopped' || upload?.is === 'spoilt')
          if (!isOver && !isStuck) return
          listeners.delete(look)
          signal.removeEventListener('abort', leave)
          resolve(snapshot)
        }
        function leave(): void {
          listeners.delete(look)
          reject(signal.reason as Error)
        }
        signal.addEventListener('abort', leave)
        listeners.add(look)
        look()
      })
    },
  }
}

/** A line on which nothing moves for so long is dead, whatever the system thinks. */
const longestSilenceMs = 60_000

function watchSilence(): { signal: AbortSignal; heard: () => void; end: () => void } {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  function end(): void {
    clearTimeout(timer)
  }
  return {
    signal: controller.signal,
    heard() {
      end()
      timer = setTimeout(() => controller.abort(), longestSilenceMs)
    },
    end,
  }
}

/** How long to wait after a failure; null if it makes no sense to try again. */
export function pauseAfter(error: unknown, failures: number): number | null {
  const growing = Math.min(longestPauseMs, firstPauseMs * 2 ** failures)
  if (error instanceof ConnectionError) return growing
  if (!(error instanceof ApiError)) return null
  if (error.status === 401) return growing
  const passes =
    error.status === 429 || error.status === 408 || error.status >= 500 || error.code === 'media.upload_expired'
  if (!passes) return null
  return error.retryAfterSeconds === null ? growing : error.retryAfterSeconds * 1000
}
