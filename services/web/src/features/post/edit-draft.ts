import { tabStorage } from '../../app/storage.ts'
import type { Words } from './merge-edit.ts'

const prefix = 'daguerre.edit.'

interface Draft {
  words: Words
  base: Words
  editedAt: string | null
}

/** What was begun to be changed of a post. */
export const editDrafts = {
  get: (postId: string): Draft | null => tabStorage.read<Draft>(prefix + postId),
  set: (postId: string, draft: Draft | null): void => tabStorage.write(prefix + postId, draft),
}
