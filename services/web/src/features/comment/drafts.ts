const prefix = 'daguerre.comment.'

/** Comments that were begun: what is typed survives leaving the page and loading it again, in this tab. */
export const drafts = {
  get(postId: string): string {
    try {
      return sessionStorage.getItem(prefix + postId) ?? ''
    } catch {
      return ''
    }
  },
  set(postId: string, text: string): void {
    try {
      if (text === '') sessionStorage.removeItem(prefix + postId)
      else sessionStorage.setItem(prefix + postId, text)
    } catch {
      // It lives as long as the page.
    }
  },
}
