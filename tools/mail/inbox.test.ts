import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startCatcher } from './catcher.ts'
import { listPage, messagePage } from './inbox-page.ts'
import { openInbox } from './inbox.ts'
import { choosePort } from '../run/ports.ts'

async function someFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'daguerre-inbox-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

function mail(to: string, subject: string, html = '<p>Hello</p>'): Buffer {
  const headers = ['From: D <d@example.org>', `To: ${to}`, `Subject: ${subject}`, 'Content-Type: text/html']
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${html}\r\n`)
}

test('what was caught is there after a restart, the newest first, and is found by its address', async () => {
  const folder = await someFolder()
  const before = await openInbox(folder)
  await before.add(mail('louise@example.org', 'One'))
  await before.add(mail('Nadar@example.org', 'Two'))
  const inbox = await openInbox(folder)
  expect(inbox.list()).toHaveLength(2)
  expect(inbox.list('nadar@example.org').map(({ Subject }) => Subject)).toEqual(['Two'])
  await inbox.clear()
  expect([inbox.list(), await readdir(folder)]).toEqual([[], []])
})

test('a mail cannot act in the page that shows it', async () => {
  const inbox = await openInbox(await someFolder())
  await inbox.add(mail('<script>@example.org', '<script>alert(1)</script>', '<script>alert(2)</script>'))
  const [message] = inbox.list()
  for (const page of [listPage([message!]), messagePage(message!)]) expect(page).not.toContain('<script')
})

test('the inbox is shown to nobody who came by another name than that of this machine', async () => {
  const [smtpPort, inboxPort] = [await choosePort(21_081), await choosePort(21_089)]
  const catcher = await startCatcher({ smtpPort, inboxPort, folder: await someFolder() })
  onTestFinished(() => catcher.close())
  function statusFor(host: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const asked = request({ port: inboxPort, host: '127.0.0.1', path: '/api/v1/messages', headers: { host } })
      asked.on('response', (answer) => resolve(answer.resume().statusCode))
      asked.on('error', reject).end()
    })
  }
  expect(await statusFor(`localhost:${inboxPort}`)).toBe(200)
  expect(await statusFor('rebound.example.org')).toBe(403)
})
