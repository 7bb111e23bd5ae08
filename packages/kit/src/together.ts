import DataLoader from 'dataloader'

/** What is asked for in one turn of the event loop is done by one run, a hundred at a time; an `Error` is the answer of one alone. */
export function together<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
): (item: Item) => Promise<Result> {
  const loader = new DataLoader<Item, Result>(async (items) => [...(await run(items))], {
    cache: false,
    maxBatchSize: 100,
  })
  return (item) => loader.load(item)
}
