import { tabStorage } from '../../app/storage.ts'

const prefix = 'daguerre.comment.'

/** Comments that were begun. */
export const drafts = {
  get: (postId: string): string => tabStorage.get(prefix + postId) ?? '',
  set: (postId: string, text: string): void => tabStorage.set(prefix + postId, text === '' ? null : text),
}
