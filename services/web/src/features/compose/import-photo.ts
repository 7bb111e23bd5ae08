import { ConnectionError, type Media } from '@daguerre/client'
import { client } from '../../app/client.ts'

/** The server could not have it; `reason` as in the API's `Media`. */
export class NotImported extends Error {
  override readonly name = 'NotImported'
  readonly reason: Media['reason']

  constructor(reason: Media['reason']) {
    super(`not imported: ${reason}`)
    this.reason = reason
  }
}

export interface Imported {
  mediaId: string
  /** As its address calls it. */
  name: string
  /** The best that can be shown of it. */
  file: Blob
}

/** Has the server fetch a photo. @throws NotImported, ApiError, ConnectionError */
export async function importPhoto(url: string, signal: AbortSignal): Promise<Imported> {
  const { id } = await client.post('/api/v1/media/import', { body: { url }, signal })
  const media = await client.mediaReady(id, { signal })
  const best = media.variants.at(-1)
  if (media.state === 'failed' || !best) throw new NotImported(media.reason)
  const answer = await fetch(best.url, { signal }).catch((error: unknown) => {
    throw new ConnectionError(error)
  })
  if (!answer.ok) throw new NotImported('processing_failed')
  return { mediaId: id, name: nameIn(url), file: await answer.blob() }
}

function nameIn(url: string): string {
  const { pathname, hostname } = new URL(url)
  const last = pathname.split('/').at(-1) ?? ''
  try {
    return decodeURIComponent(last) || hostname
  } catch {
    return last
  }
}
