import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'

export interface Person {
  Name: string
  Address: string
}

/** A message as Mailpit's API names its parts, so that who reads it need not know which of the two caught it. */
export interface Message {
  ID: string
  MessageID: string
  From: Person
  To: Person[]
  Subject: string
  Created: string
  Text: string
  HTML: string
}

/** Messages that were sent here, in files of a folder. */
export interface Inbox {
  /** Resolves when it is kept. */
  add(raw: Buffer): Promise<void>
  /** The newest first; all of them, or those to an address. */
  list(to?: string): Message[]
  find(id: string): Message | undefined
  clear(): Promise<void>
}

const most = 1000

export async function openInbox(folder: string): Promise<Inbox> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const messages: Message[] = []
  for (const name of (await readdir(folder)).toSorted()) {
    if (name.endsWith('.eml')) messages.push(await read(name.slice(0, -4), await readFile(join(folder, name))))
  }

  return {
    async add(raw) {
      const id = `${Date.now().toString(36)}-${randomBytes(6).toString('hex')}`
      const message = await read(id, raw)
      const path = join(folder, `${id}.eml`)
      await writeFile(`${path}.new`, raw, { mode: 0o600 })
      await rename(`${path}.new`, path)
      messages.push(message)
      for (const { ID } of messages.splice(0, messages.length - most)) {
        await rm(join(folder, `${ID}.eml`), { force: true })
      }
    },
    list(to) {
      const address = to?.toLowerCase()
      return messages
        .filter(({ To }) => address === undefined || To.some(({ Address }) => Address.toLowerCase() === address))
        .toReversed()
    },
    find: (id) => messages.find(({ ID }) => ID === id),
    async clear() {
      for (const { ID } of messages.splice(0)) await rm(join(folder, `${ID}.eml`), { force: true })
    },
  }
}

async function read(id: string, raw: Buffer): Promise<Message> {
  const { from, to = [], subject = '', text = '', html = '', messageId = '' } = await PostalMime.parse(raw)
  return {
    ID: id,
    MessageID: messageId.replaceAll(/^<|>$/g, ''),
    From: { Name: from?.name ?? '', Address: from?.address ?? '' },
    To: to.map(({ name, address }) => ({ Name: name, Address: address ?? '' })),
    Subject: subject,
    Created: new Date(parseInt(id, 36)).toISOString(),
    Text: text,
    HTML: html,
  }
}
