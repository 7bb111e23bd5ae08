import { type Crop, isWhole, type Size, transformTo } from './crop.ts'
import { develop, type Look } from './processes.ts'

/** All that is done to a picture. */
export interface Edit {
  crop: Crop
  look: Look | null
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** So many rows are developed at once: a whole large print would be in memory twice. */
const bandRows = 256

/**
 * Draws a picture as it is cut, to fill the canvas. `source` may be smaller than the picture that it shows.
 */
export function drawPrint(context: Context, source: CanvasImageSource, picture: Size, { crop, look }: Edit): void {
  const { canvas } = context
  context.resetTransform()
  // Transparent pictures lie on white paper.
  context.fillStyle = 'white'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.setTransform(...transformTo(canvas, picture, crop))
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  context.drawImage(source, 0, 0, picture.width, picture.height)
  context.resetTransform()
  if (look) developCanvas(context, look)
}

export function developCanvas(context: Context, look: Look): void {
  const { width, height } = context.canvas
  for (let top = 0; top < height; top += bandRows) {
    const band = context.getImageData(0, top, width, Math.min(bandRows, height - top))
    develop(band.data, look)
    context.putImageData(band, 0, top)
  }
}

/** Whether a picture is as it came. */
export function isUntouched({ crop, look }: Edit, picture: Size): boolean {
  return isWhole(crop, picture) && (look === null || look.strength === 0)
}
