/** What a person did wrong or can put right: printed as its one sentence, without a stack. */
export class Failure extends Error {
  override name = 'Failure'
}

/** The sentence for an error that a person may see. */
export function sentenceOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code
  if (code === 'ENOSPC') return 'The disk is full. Free some space and start again; nothing that was stored is lost.'
  if (code === 'EACCES' || code === 'EPERM') {
    const path = (error as NodeJS.ErrnoException).path
    return `No permission for ${path ?? 'a file'}: ${(error as Error).message}`
  }
  return error instanceof Error ? error.message : String(error)
}
