import { AsyncLocalStorage } from 'node:async_hooks'
import type { SpanContext } from '@opentelemetry/api'

/** What belongs to the request, message or job being worked on; log lines and outgoing calls take it from here. */
export type WorkContext = {
  readonly requestId?: string
  readonly span?: SpanContext
}

const storage = new AsyncLocalStorage<WorkContext>()

/** The context of the work that calls, or undefined outside of any. */
export function currentContext(): WorkContext | undefined {
  return storage.getStore()
}

/** Runs `work` with this context added to the present one. */
export function runInContext<T>(context: WorkContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...context }, work)
}
