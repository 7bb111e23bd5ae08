import type { Words } from './merge-edit.ts'

const prefix = 'daguerre.edit.'

interface Draft {
  words: Words
  base: Words
  editedAt: string | null
}

/** What was begun to be changed of a post: it survives leaving the page and loading it again, in this tab. */
export const editDrafts = {
  get(postId: string): Draft | null {
    try {
      return JSON.parse(sessionStorage.getItem(prefix + postId) ?? 'null') as Draft | null
    } catch {
      return null
    }
  },
  set(postId: string, draft: Draft | null): void {
    try {
      if (draft === null) sessionStorage.removeItem(prefix + postId)
      else sessionStorage.setItem(prefix + postId, JSON.stringify(draft))
    } catch {
      // It lives as long as the page.
    }
  },
}
