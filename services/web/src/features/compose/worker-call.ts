type Calls<T> = { [Name in keyof T]: (input: never) => Promise<unknown> }
type Input<Call> = Call extends (input: infer In) => Promise<unknown> ? In : never
type Output<Call> = Call extends (input: never) => Promise<infer Out> ? Out : never

interface Question {
  id: number
  name: string
  input: unknown
}
type Answer = { id: number; output: unknown } | { id: number; failure: string }

/** In a worker: does what the page calls, one after the other. */
export function answer<T extends Calls<T>>(calls: T): void {
  let before: Promise<void> = Promise.resolve()
  addEventListener('message', ({ data }: MessageEvent<Question>) => {
    const { id, name, input } = data
    before = carryOut(before, async () => {
      try {
        const output: unknown = await calls[name as keyof T](input as never)
        postMessage({ id, output }, { transfer: transferablesOf(output) })
      } catch (error) {
        postMessage({ id, failure: error instanceof Error ? error.message : String(error) })
      }
    })
  })
}

async function carryOut(before: Promise<void>, work: () => Promise<void>): Promise<void> {
  await before
  await work()
}

function transferablesOf(output: unknown): Transferable[] {
  return Object.values(output ?? {}).filter((value) => value instanceof ImageBitmap)
}

/** What a worker could not do. */
export class WorkerFailure extends Error {
  override readonly name = 'WorkerFailure'
}

/** On the page: a worker that is there when it is called, and goes when nobody has called it for a while. */
export function caller<T extends Calls<T>>(
  start: () => Worker,
  idleMs: number,
): <Name extends keyof T & string>(name: Name, input: Input<T[Name]>) => Promise<Output<T[Name]>> {
  let worker: Worker | null = null
  let lastId = 0
  let idle: ReturnType<typeof setTimeout> | undefined
  const waiting = new Map<number, { resolve: (output: never) => void; reject: (error: unknown) => void }>()

  function stop(reason?: string): void {
    worker?.terminate()
    worker = null
    for (const { reject } of waiting.values()) reject(new WorkerFailure(reason))
    waiting.clear()
  }

  function begin(): Worker {
    const started = start()
    started.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      const call = waiting.get(data.id)
      waiting.delete(data.id)
      if ('failure' in data) call?.reject(new WorkerFailure(data.failure))
      else call?.resolve(data.output as never)
      clearTimeout(idle)
      if (waiting.size === 0) idle = setTimeout(stop, idleMs)
    })
    // Its script could not be loaded, or it ran out of memory.
    started.addEventListener('error', (event) => {
      event.preventDefault()
      stop(event.message)
    })
    return started
  }

  return (name, input) =>
    new Promise((resolve, reject) => {
      clearTimeout(idle)
      worker ??= begin()
      const id = ++lastId
      waiting.set(id, { resolve, reject })
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
      worker.postMessage({ id, name, input } satisfies Question)
    })
}
