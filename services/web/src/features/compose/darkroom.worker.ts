import { type Size, sizeInPicture, within } from './crop.ts'
import { drawPrint, type Edit } from './print.ts'
import { answer } from './worker-call.ts'

export interface Darkroom {
  /** A picture, upright, small enough to work with. Takes it: what is returned is no longer the worker's. */
  look(input: { blob: Blob; longest: number }): Promise<{ bitmap: ImageBitmap; size: Size }>
  /** A JPEG of it as it is edited, at most so long. */
  print(input: { blob: Blob; edit: Edit; longest: number }): Promise<{ blob: Blob; size: Size }>
}

/** As many pixels as a canvas may have on iOS. */
const mostPixels = 4096 * 4096
const quality = 0.92

answer<Darkroom>({
  async look({ blob, longest }) {
    const picture = await createImageBitmap(blob)
    const size = { width: picture.width, height: picture.height }
    const small = within(size, longest)
    if (small.width === size.width) return { bitmap: picture, size }
    const canvas = new OffscreenCanvas(small.width, small.height)
    const context = contextOf(canvas)
    context.imageSmoothingQuality = 'high'
    context.drawImage(picture, 0, 0, small.width, small.height)
    picture.close()
    return { bitmap: canvas.transferToImageBitmap(), size }
  },

  async print({ blob, edit, longest }) {
    const picture = await createImageBitmap(blob)
    const whole = { width: picture.width, height: picture.height }
    const size = within(sizeInPicture(whole, edit.crop), longest, mostPixels)
    const canvas = new OffscreenCanvas(size.width, size.height)
    drawPrint(contextOf(canvas), picture, whole, edit)
    picture.close()
    return { blob: await canvas.convertToBlob({ type: 'image/jpeg', quality }), size }
  },
})

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d')
  if (!context) throw new Error('There is no memory for a picture of this size.')
  return context
}
