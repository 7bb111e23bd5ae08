import type { components } from '@daguerre/client'
import { client } from '../../app/client.ts'

export type Archive = components['schemas']['Archive']
export type Audience = components['schemas']['Audience']

/**
 * Sends an archive part by part, those alone that are not there yet: so an upload that broke off goes on when the same file is chosen again.
 * @param audience whom posts are for of which the archive does not say it
 * @param onProgress hears how much of it is there, from 0 to 1
 */
export async function sendArchive(
  file: File,
  { audience, onProgress, signal }: { audience: Audience; onProgress: (value: number) => void; signal: AbortSignal },
): Promise<Archive> {
  const { id, parts, partBytes, uploaded } = await client.post('/api/v1/archives', {
    body: { bytes: file.size, audience },
    signal,
  })
  const there = new Set(uploaded)
  for (let number = 1; number <= parts; number++) {
    onProgress((number - 1) / parts)
    if (there.has(number)) continue
    const part = file.slice((number - 1) * partBytes, number * partBytes)
    await client.put('/api/v1/archives/{id}/parts/{number}', {
      params: { path: { id, number: String(number) } },
      // Its type in the description is text, as of everything that is binary.
      body: part as unknown as string,
      bodySerializer: () => part,
      headers: { 'content-type': 'application/octet-stream' },
      signal,
    })
  }
  onProgress(1)
  return client.post('/api/v1/archives/{id}/complete', { params: { path: { id } }, signal })
}
