import { tabStorage } from '../../app/storage.ts'

/** What a comment answers. */
export interface Answered {
  id: string
  threadId: string
  /** Of who said it. */
  name: string
}

interface Draft {
  text: string
  replyTo: Answered | null
}

const prefix = 'daguerre.comment.'
const nothing: Draft = { text: '', replyTo: null }

/** Comments that were begun. */
export const drafts = {
  get: (postId: string): Draft => ({ ...nothing, ...tabStorage.read<Partial<Draft>>(prefix + postId) }),
  set(postId: string, change: Partial<Draft>): void {
    const draft = { ...drafts.get(postId), ...change }
    tabStorage.write(prefix + postId, draft.text === '' && draft.replyTo === null ? null : draft)
  },
}
