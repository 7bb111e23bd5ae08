/** A run of events of one publisher, by their place in its outbox, both ends included. */
export type Run = {
  from: number
  to: number
  /** Time of the newest of them, in milliseconds since 1970. */
  atMs: number
}

/** Which of a publisher's events a consumer has. */
export type Receipts = {
  /** All below it have arrived, or are known to be none. */
  next: number
  /** Time of the newest below `next`. */
  atMs: number
  /** What has arrived beyond a gap, ascending. */
  beyond: Run[]
  /** Until then a replica fetches what is missing, and the others leave it alone. */
  leasedUntilMs: number
}

/** Receipts by publisher (`/services/post`), shared by the replicas of a consumer and kept where they outlive them. */
export type ReceiptStore = {
  read(source: string): Promise<Kept | null>
  /** @param revision that of `read`, 0 if there was nothing; @returns false if somebody else has written since */
  write(source: string, receipts: Receipts, revision: number): Promise<boolean>
}

export type Kept = { receipts: Receipts; revision: number }

// Times of neighbours in an outbox differ by less, that of a publisher which begins anew by more.
const jumbleMs = 60_000

/**
 * Adds what has arrived, in any order and as often as it likes. Who knows nothing yet begins with the first that it hears;
 * so does who hears something new under an old number: the publisher's database was restored or replaced.
 */
export function record(known: Receipts | null, arrived: readonly Run[]): Receipts {
  const first = arrived.toSorted((a, b) => a.from - b.from)[0]
  if (!first) throw new Error('nothing has arrived')
  let { next, atMs } = known ?? { next: first.from, atMs: first.atMs }
  const anew = arrived.findIndex((run) => run.to < next && run.atMs > atMs + jumbleMs)
  if (anew >= 0) return record(null, arrived.slice(anew))
  const beyond = joined([...(known?.beyond ?? []), ...arrived.filter((run) => run.to >= next)])
  if (beyond[0] && beyond[0].from <= next) {
    next = beyond[0].to + 1
    atMs = Math.max(atMs, beyond[0].atMs)
    beyond.shift()
  }
  return { next, atMs, beyond, leasedUntilMs: known?.leasedUntilMs ?? 0 }
}

function joined(runs: readonly Run[]): Run[] {
  const result: Run[] = []
  for (const run of runs.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && run.from <= last.to + 1) {
      last.to = Math.max(last.to, run.to)
      last.atMs = Math.max(last.atMs, run.atMs)
    } else result.push({ ...run })
  }
  return result
}

/** Whether the event of that number has not arrived. */
export function isMissing({ next, beyond }: Receipts, sequence: number): boolean {
  return sequence >= next && !beyond.some((run) => run.from <= sequence && sequence <= run.to)
}

/** How many numbers have not arrived though later ones have. */
export function countMissing({ next, beyond }: Receipts): number {
  const newest = beyond.at(-1)?.to ?? next - 1
  return newest + 1 - next - beyond.reduce((sum, run) => sum + run.to + 1 - run.from, 0)
}

/**
 * Changes what is kept, again from what somebody else has written meanwhile, until it is written.
 * @param change gives null to leave it; @param known what was read or written last, if that may still be there
 */
export async function edit(
  store: ReceiptStore,
  source: string,
  change: (receipts: Receipts | null) => Receipts | null,
  known?: Kept | null,
): Promise<Kept | null> {
  let kept = known ?? (await store.read(source))
  for (;;) {
    const revision = kept?.revision ?? 0
    const receipts = change(kept?.receipts ?? null)
    if (!receipts) return kept
    if (await store.write(source, receipts, revision)) return { receipts, revision: revision + 1 }
    kept = await store.read(source)
  }
}

export type Ledger = {
  /** Resolves when it is kept that these have arrived. */
  add(source: string, arrived: readonly Run[]): Promise<void>
}

type Book = {
  kept: Kept | null
  waiting: Run[]
  turn: Promise<void> | undefined
  last: Promise<unknown>
}

/** Keeps receipts, one write of a publisher's at a time: what arrives meanwhile goes into the next one together. */
export function createLedger(store: ReceiptStore): Ledger {
  const books = new Map<string, Book>()

  function bookOf(source: string): Book {
    const found = books.get(source)
    if (found) return found
    const book: Book = { kept: null, waiting: [], turn: undefined, last: Promise.resolve() }
    books.set(source, book)
    return book
  }

  async function write(source: string, book: Book): Promise<void> {
    const taken = book.waiting
    const known = book.kept
    book.waiting = []
    book.turn = undefined
    // What a failed write has done is not known.
    book.kept = null
    book.kept = await edit(store, source, (receipts) => record(receipts, taken), known)
  }

  return {
    add(source, arrived) {
      const book = bookOf(source)
      book.waiting.push(...arrived)
      if (book.turn) return book.turn
      book.turn = book.last.then(() => write(source, book))
      book.last = book.turn.catch(() => {})
      return book.turn
    },
  }
}
