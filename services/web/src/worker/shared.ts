import { write } from '../device/database.ts'

/** What another app shares with this one waits for the page of a new post (manifest.webmanifest, `share_target`). */
export async function takeShared(request: Request): Promise<Response> {
  const form = await request.formData()
  const files = form.getAll('photos').filter((value) => value instanceof File)
  const words = ['title', 'text', 'url'].flatMap((name) => {
    const value = form.get(name)
    return typeof value === 'string' && value.trim() !== '' ? [value] : []
  })
  await write([{ store: 'values', key: 'incoming', put: { files, text: words.join('\n') } }])
  return Response.redirect('/new', 303)
}
