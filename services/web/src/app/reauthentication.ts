import { createStore } from './store.ts'

type Asked = (isSaid: boolean) => void

/** Who waits for the answer, one after the other; the dialog is there as long as there is somebody. */
export const askedWho = createStore<readonly Asked[]>([])

/** Has the dialog come that asks who is there. Resolves to whether they have said it. */
export function askWhoIsThere(): Promise<boolean> {
  return new Promise((resolve) => askedWho.set([...askedWho.get(), resolve]))
}

export function answerWho(isSaid: boolean): void {
  const waiting = askedWho.get()
  askedWho.set([])
  for (const answer of waiting) answer(isSaid)
}
