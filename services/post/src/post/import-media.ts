import { NeighbourError } from '@daguerre/kit/dapr'
import { newId } from '@daguerre/kit/id'
import { invalid, problem } from '@daguerre/kit/problem'
import type { Neighbours } from '../neighbours.ts'

/**
 * Has a photo of elsewhere fetched for its owner; a post of it appears when that is done. Asked twice, it is there twice, as two uploads are.
 * @returns the id of the media
 * @throws Problem 422 `media.url_foreign` if nothing is imported here, `media.url_refused`, 503 `media.unavailable`
 */
export async function importMedia(
  { neighbours, publicUrl }: { neighbours: Pick<Neighbours, 'importMedia'>; publicUrl: string },
  ownerId: string,
  url: string,
): Promise<string> {
  const id = newId()
  const outcome = await outcomeOf()
  if (outcome === 'started') return id
  throw outcome === 'off'
    ? refused(
        'media.url_foreign',
        'is not a media of this server',
        'Only photos that were uploaded here can be posted.',
      )
    : refused(
        'media.url_refused',
        'is nothing that is fetched',
        'Photos are fetched by http or https from the public internet only.',
      )

  async function outcomeOf() {
    // What is no URL of elsewhere is something of ours, and no media.
    if (!URL.canParse(url) || new URL(url).origin === new URL(publicUrl).origin) return 'off'
    try {
      return await neighbours.importMedia({ id, ownerId, url })
    } catch (error) {
      if (!(error instanceof NeighbourError)) throw error
      throw problem(503, 'media.unavailable', 'The photo cannot be fetched now. Try again.', {
        headers: { 'retry-after': '1' },
        cause: error,
      })
    }
  }
}

function refused(code: string, detail: string, summary: string) {
  return invalid([{ pointer: '#/mediaUrl', detail }], code, summary)
}
