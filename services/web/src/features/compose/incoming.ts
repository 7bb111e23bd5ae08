import { readOne, write } from '../../device/database.ts'

/** What another app has shared with this one: the service worker takes it, and leaves it here. */
export interface Incoming {
  files: File[]
  text: string
}

export async function takeIncoming(): Promise<Incoming> {
  const incoming = await readOne<Incoming>('values', 'incoming')
  if (!incoming) return { files: [], text: '' }
  await write([{ store: 'values', key: 'incoming', remove: true }])
  return incoming
}
