// Each browser says in words of its own that a module did not come.
const words = /dynamically imported module|module script failed|loading (?:css )?chunk|unable to preload/i

/** Whether it is a part of the app itself that could not be loaded: no line, or the server has a newer app. */
export function isMissingCode(error: unknown): boolean {
  return error instanceof Error && words.test(error.message)
}
