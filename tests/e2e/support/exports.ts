import { buffer } from 'node:stream/consumers'
import { Export } from '@daguerre/contracts'
import { fromBufferPromise } from 'yauzl'
import { api, read } from './api.ts'
import type { Person } from './people.ts'
import { soon } from './soon.ts'

const made = new Map<string, Promise<string>>()

/** An export of a person that is ready; few are made in a day. */
export function exportOf(person: Person): Promise<string> {
  const id = made.get(person.id) ?? readyExport(person)
  made.set(person.id, id)
  return id
}

/** A new export, when it is ready. */
export async function readyExport(person: Person): Promise<string> {
  const { id } = await read(Export, api(person).post('/api/v1/exports'), 202)
  return await soon('the export is ready', async () => {
    const { state } = await read(Export, api(person).get(`/api/v1/exports/${id}`))
    return state === 'ready' && id
  })
}

/** All files of a ZIP. */
export async function unzip(zip: Uint8Array): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  const opened = await fromBufferPromise(Buffer.from(zip))
  for await (const entry of opened.eachEntry()) {
    files.set(entry.fileName, await buffer(await opened.openReadStreamPromise(entry)))
  }
  return files
}
