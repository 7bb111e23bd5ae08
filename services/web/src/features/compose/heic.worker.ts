import { within } from './crop.ts'
import { answer } from './worker-call.ts'

export interface HeicDecoder {
  /** A JPEG of a HEIC, as large as a canvas may be. */
  toJpeg(input: { blob: Blob }): Promise<{ blob: Blob }>
}

interface HeifImage {
  get_width(): number
  get_height(): number
  is_primary(): boolean
  display(target: ImageData, done: (filled: ImageData | null) => void): void
  free(): void
}
interface Libheif {
  HeifDecoder: new () => { decode(file: Uint8Array): HeifImage[]; delete?(): void }
}

const mostPixels = 4096 * 4096
let library: Promise<Libheif> | null = null

/** libheif (LGPL-3.0, see NOTICE) as its authors' packagers give it: two files of their own, loaded when first needed. */
async function load(): Promise<Libheif> {
  const [{ default: make }, { default: url }] = await Promise.all([
    import('libheif-js/libheif-wasm/libheif.js'),
    import('libheif-js/libheif-wasm/libheif.wasm?url'),
  ])
  const response = await fetch(url)
  if (!response.ok) throw new Error(`HTTP ${response.status}`)
  return make({ wasmBinary: await response.arrayBuffer() }) as unknown as Libheif
}

answer<HeicDecoder>({
  async toJpeg({ blob }) {
    library ??= load().catch((error: unknown) => {
      library = null
      throw error
    })
    const { HeifDecoder } = await library
    const images = new HeifDecoder().decode(new Uint8Array(await blob.arrayBuffer()))
    const image = images.find((each) => each.is_primary()) ?? images[0]
    if (!image) throw new Error('There is no picture in it.')
    const whole = { width: image.get_width(), height: image.get_height() }
    const pixels = await new Promise<ImageData | null>((resolve) =>
      image.display(new ImageData(whole.width, whole.height), resolve),
    )
    for (const each of images) each.free()
    if (!pixels) throw new Error('It cannot be decoded.')
    const size = within(whole, Infinity, mostPixels)
    const canvas = new OffscreenCanvas(size.width, size.height)
    const bitmap = await createImageBitmap(pixels)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, size.width, size.height)
    bitmap.close()
    return { blob: await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 }) }
  },
})
