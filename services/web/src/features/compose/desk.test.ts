import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readKeys, write } from '../../device/database.ts'
import { wholePicture } from './crop.ts'
import { type Desk, openDesk } from './desk.ts'
import { keepPost, newPost, readFile, readPosts } from './posts.ts'

vi.stubGlobal('indexedDB', new IDBFactory())

const ownerId = 'louise'
const opened: Desk[] = []

// A desk that is left open writes a moment later, into what the next test has cleared.
afterEach(async () => {
  for (const desk of opened.splice(0)) await desk.close()
})

beforeEach(async () => {
  for (const store of ['posts', 'files'] as const) {
    await write((await readKeys(store)).map((key) => ({ store, key, remove: true })))
  }
})

function picture(name: string): File {
  return new File([name], name, { type: 'image/jpeg' })
}

function around() {
  const uploader = { add: vi.fn(), drop: vi.fn() }
  return {
    uploader,
    async open(
      takePhoto = async (file: Blob) =>
        ({ photo: file }) as Awaited<ReturnType<Parameters<typeof openDesk>[0]['takePhoto']>>,
    ) {
      const desk = await openDesk({
        ownerId,
        uploader,
        takePhoto,
        lookAt: async () => ({ bitmap: { close() {} } as ImageBitmap, size: { width: 400, height: 300 } }),
      })
      opened.push(desk)
      return desk
    },
  }
}

async function added(desk: Desk, ...names: string[]): Promise<string[]> {
  const before = desk.snapshot().post.photos.length
  desk.add(names.map(picture))
  await vi.waitFor(() => expect(desk.snapshot().post.photos).toHaveLength(before + names.length))
  return desk.snapshot().post.photos.map(({ id }) => id)
}

function names(desk: Desk): string[] {
  return desk.snapshot().post.photos.map(({ name }) => name)
}

test('what was written is there after a reload, photos included', async () => {
  const { open, uploader } = around()
  const desk = await open()
  const [photo = ''] = await added(desk, 'a.jpg')
  desk.write({ caption: 'noon', place: 'Paris' })
  desk.describe(photo, 'A bridge')
  await desk.flush()
  // The page is gone without having been closed.
  const again = await open()
  expect(again.snapshot().post).toMatchObject({
    caption: 'noon',
    place: 'Paris',
    photos: [{ id: photo, altText: 'A bridge' }],
  })
  expect(await (await readFile(photo))?.text()).toBe('a.jpg')
  expect(uploader.add).toHaveBeenLastCalledWith(expect.objectContaining({ id: photo }), null)
})

test('it is written by itself, a moment after the last letter', async () => {
  const { open } = around()
  const desk = await open()
  desk.write({ caption: 'n' })
  desk.write({ caption: 'noon' })
  await vi.waitFor(async () => expect(await readPosts(ownerId)).toMatchObject([{ caption: 'noon' }]), 2_000)
  desk.write({ caption: '' })
  await desk.flush()
  expect(await readPosts(ownerId)).toEqual([])
})

test('what was typed a moment before the page was gone is there too', async () => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  })
  const { open } = around()
  const desk = await open()
  const [photo = ''] = await added(desk, 'a')
  await desk.flush()
  desk.write({ caption: 'noon', audience: 'only_me', commentsOff: true, likesHidden: true })
  desk.describe(photo, 'A bridge')
  desk.leaveWords()
  const left = new Map(kept)
  // The page went before what it still wanted to write was written.
  await desk.flush()
  const [first] = desk.snapshot().post.photos
  await keepPost({
    ...desk.snapshot().post,
    caption: '',
    audience: 'public',
    commentsOff: false,
    likesHidden: false,
    changedAt: 1,
    photos: [{ ...first!, altText: '' }],
  })
  expect(kept.size).toBe(0)
  for (const [key, value] of left) kept.set(key, value)
  const again = await open()
  const photos = [{ id: photo, altText: 'A bridge' }]
  expect(again.snapshot().post).toMatchObject({
    caption: 'noon',
    audience: 'only_me',
    commentsOff: true,
    likesHidden: true,
    photos,
  })
  expect(kept.size).toBe(0)
  vi.unstubAllGlobals()
  vi.stubGlobal('indexedDB', new IDBFactory())
})

test('ten photos, and it says how many more were left out', async () => {
  const { open } = around()
  const desk = await open()
  await added(desk, ...Array.from({ length: 8 }, (_, i) => `${i}.jpg`))
  desk.add(['x', 'y', 'z'].map(picture))
  await vi.waitFor(() => expect(desk.snapshot().opening).toBe(0))
  expect(names(desk)).toHaveLength(10)
  expect(desk.snapshot().problems).toMatchObject([{ is: 'too-many', count: 1 }])
})

test('what is no photo is told by its name, and the others come', async () => {
  const { open } = around()
  const desk = await open(async (file) =>
    (await file.text()) === 'b.pdf' ? { refusal: 'no-picture' } : { photo: file },
  )
  desk.add(['a.jpg', 'b.pdf', 'c.jpg'].map(picture))
  await vi.waitFor(() => expect(desk.snapshot().opening).toBe(0))
  expect(names(desk)).toEqual(['a.jpg', 'c.jpg'])
  expect(desk.snapshot().problems).toMatchObject([{ is: 'refused', name: 'b.pdf', refusal: 'no-picture' }])
  desk.dismiss(desk.snapshot().problems[0]!.id)
  expect(desk.snapshot().problems).toEqual([])
})

test('photos are put to another place, and taken away with their files', async () => {
  const { open, uploader } = around()
  const desk = await open()
  const [a = '', , c = ''] = await added(desk, 'a', 'b', 'c')
  desk.move(c, 0)
  expect(names(desk)).toEqual(['c', 'a', 'b'])
  desk.move(c, 2)
  expect(names(desk)).toEqual(['a', 'b', 'c'])
  desk.remove(a)
  expect(uploader.drop).toHaveBeenCalledWith(a)
  await vi.waitFor(async () => expect(await readFile(a)).toBeNull())
  expect(await readFile(c)).not.toBeNull()
})

describe('an edit', () => {
  test('is another print: it is sent anew, once', async () => {
    const { open, uploader } = around()
    const desk = await open()
    const [photo = ''] = await added(desk, 'a')
    const { key } = desk.snapshot().post.photos[0]!
    expect(desk.noteStored({ id: photo, key }, 'm1')).toBe(true)
    const edit = { crop: { ...wholePicture, aspect: 1 }, look: null }
    uploader.add.mockClear()
    desk.edit(photo, edit)
    desk.edit(photo, edit)
    expect(uploader.add).toHaveBeenCalledTimes(1)
    expect(desk.snapshot().post.photos[0]).toMatchObject({ edit, mediaId: null })
    // What was sent before is no longer it.
    expect(desk.noteStored({ id: photo, key }, 'm1')).toBe(false)
  })

  test('that changes nothing sends nothing', async () => {
    const { open, uploader } = around()
    const desk = await open()
    const [photo = ''] = await added(desk, 'a')
    uploader.add.mockClear()
    desk.edit(photo, { crop: { ...wholePicture, aspect: 4 / 3 }, look: { process: 'silver', strength: 0 } })
    expect(uploader.add).not.toHaveBeenCalled()
  })
})

test('a post that is let go is kept on its way, and a blank one takes its place', async () => {
  const { open, uploader } = around()
  const desk = await open()
  await added(desk, 'a')
  desk.write({ caption: 'noon' })
  const gone = await desk.release()
  expect(await readPosts(ownerId)).toMatchObject([{ id: gone.id, state: 'outgoing', caption: 'noon' }])
  expect(desk.snapshot().post).toMatchObject({ caption: '', photos: [] })
  expect(uploader.drop).not.toHaveBeenCalled()
  expect((await open()).snapshot().post.photos).toEqual([])
})

test('what was refused comes first, and a draft beside it is not lost', async () => {
  await keepPost({ ...newPost(ownerId), caption: 'a draft' })
  await keepPost({ ...newPost(ownerId), caption: 'refused', state: 'refused', refusal: 'media.failed', changedAt: 1 })
  await keepPost({ ...newPost('anselm'), caption: 'of somebody else' })
  const desk = await around().open()
  expect(desk.snapshot().post.caption).toBe('refused')
  expect(desk.snapshot().others.map(({ caption }) => caption)).toEqual(['a draft'])
  await desk.goOnWith(desk.snapshot().others[0]!.id)
  expect(desk.snapshot().post.caption).toBe('a draft')
  expect(desk.snapshot().others.map(({ caption }) => caption)).toEqual(['refused'])
})

test('thrown away can be undone, until the desk is opened anew', async () => {
  const { open } = around()
  const desk = await open()
  const [photo = ''] = await added(desk, 'a')
  await desk.flush()
  const undo = await desk.discard()
  expect(desk.snapshot().post.photos).toEqual([])
  await undo()
  expect(desk.snapshot().post.photos).toMatchObject([{ id: photo }])
  await desk.discard()
  expect((await open()).snapshot().post.photos).toEqual([])
  await vi.waitFor(async () => expect(await readKeys('files')).toEqual([]))
})

test('closing writes what is not written, and files of no post are swept', async () => {
  await write([{ store: 'files', key: 'lost', put: new Blob(['x']) }])
  const { open } = around()
  const desk = await open()
  desk.write({ caption: 'noon' })
  await desk.close()
  expect(await readPosts(ownerId)).toMatchObject([{ caption: 'noon' }])
  await vi.waitFor(async () => expect(await readKeys('files')).toEqual([]))
})
