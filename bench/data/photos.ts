import type { Media } from '@daguerre/contracts'
import { setTimeout as sleep } from 'node:timers/promises'
import { makePicture } from '../../tools/demo/make-picture.ts'
import { photographs } from '../../tools/demo/photographs.ts'

/** Has media process some photographs through the API, as anybody's; generated posts share them. */
export async function processPhotos(url: string, accessToken: string): Promise<Media[]> {
  const headers = { authorization: `Bearer ${accessToken}` }
  const ids: string[] = []
  for (const photograph of Object.values(photographs).slice(0, 6)) {
    ids.push(await uploadPhoto(url, headers, await makePicture({ photograph, crop: [0, 0, 1, 1], tone: null })))
  }
  return await Promise.all(ids.map((id) => untilReady(url, headers, id)))
}

/** @returns the id of the media */
export async function uploadPhoto(url: string, headers: Record<string, string>, jpeg: Buffer): Promise<string> {
  const body = new FormData()
  body.append('file', new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }), 'photograph.jpg')
  const answer = await fetch(`${url}/api/v1/media/upload`, { method: 'POST', headers, body })
  if (!answer.ok) throw new Error(`A photograph was refused: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as Media).id
}

export async function untilReady(url: string, headers: Record<string, string>, id: string): Promise<Media> {
  const deadline = performance.now() + 120_000
  for (;;) {
    const answer = await fetch(`${url}/api/v1/media/${id}`, { headers })
    const media = (await answer.json()) as Media
    if (media.state === 'ready') return media
    if (media.state === 'failed' || performance.now() > deadline) {
      throw new Error(`The photograph ${id} did not become ready: ${media.state}, ${media.reason}`)
    }
    await sleep(200)
  }
}
