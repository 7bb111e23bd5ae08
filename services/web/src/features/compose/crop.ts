export interface Size {
  width: number
  height: number
}

/** How a picture is cut: it is turned, laid under a frame, and moved there; the frame stays full. */
export interface Crop {
  /** Quarter turns, clockwise. */
  turns: number
  /** Left is right, after the turns. */
  isMirrored: boolean
  /** What straightens it: degrees, clockwise. */
  angle: number
  /** Width by height of the frame; null is that of the turned picture. */
  aspect: number | null
  /** 1: as much of the picture as the frame can show. */
  zoom: number
  /** The middle of the frame in the turned picture, from 0 to 1. */
  x: number
  y: number
}

export const wholePicture: Crop = { turns: 0, isMirrored: false, angle: 0, aspect: null, zoom: 1, x: 0.5, y: 0.5 }
export const mostZoom = 6
export const mostAngle = 30

/** The picture after its quarter turns. */
export function turned({ width, height }: Size, { turns }: Pick<Crop, 'turns'>): Size {
  return turns % 2 === 0 ? { width, height } : { width: height, height: width }
}

export function aspectOf(picture: Size, crop: Crop): number {
  if (crop.aspect !== null) return crop.aspect
  const { width, height } = turned(picture, crop)
  return width / height
}

/** The frame as it lies on the turned picture, in the picture's pixels: its size and, around it, what has to be in the picture. */
function frameOn(picture: Size, crop: Crop): { frame: Size; around: Size } {
  const { width, height } = turned(picture, crop)
  const aspect = aspectOf(picture, crop)
  const angle = Math.abs((crop.angle * Math.PI) / 180)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  // Of a frame of height 1. A leaning frame is in the picture if the upright one around it is.
  const around = { width: aspect * cos + sin, height: aspect * sin + cos }
  const scale = Math.min(width / around.width, height / around.height) / crop.zoom
  return {
    frame: { width: aspect * scale, height: scale },
    around: { width: around.width * scale, height: around.height * scale },
  }
}

/** The same crop within what is possible: the frame is full of picture. */
export function held(picture: Size, crop: Crop): Crop {
  const zoom = between(1, crop.zoom, mostZoom)
  const angle = between(-mostAngle, crop.angle, mostAngle)
  const turns = ((crop.turns % 4) + 4) % 4
  const next = { ...crop, zoom, angle, turns }
  const { width, height } = turned(picture, next)
  const { around } = frameOn(picture, next)
  const [halfWidth, halfHeight] = [around.width / width / 2, around.height / height / 2]
  return { ...next, x: between(halfWidth, crop.x, 1 - halfWidth), y: between(halfHeight, crop.y, 1 - halfHeight) }
}

function between(least: number, value: number, most: number): number {
  // What fits exactly may not fit by a rounding error: then the middle is right.
  if (least > most) return (least + most) / 2
  return Math.min(most, Math.max(least, value))
}

/** How many of the picture's own pixels the frame shows: the size of what is made of it. */
export function sizeInPicture(picture: Size, crop: Crop): Size {
  const { frame } = frameOn(picture, crop)
  return { width: Math.max(1, Math.round(frame.width)), height: Math.max(1, Math.round(frame.height)) }
}

/**
 * The picture moved by so much of the frame's width, as it is seen: to the right is to the right however it is turned,
 * mirrored or leaning.
 */
export function moved(picture: Size, crop: Crop, right: number, down: number): Crop {
  const { frame } = frameOn(picture, crop)
  const { width, height } = turned(picture, crop)
  const [dx, dy] = [right * frame.width * (crop.isMirrored ? -1 : 1), down * frame.width]
  const angle = ((crop.angle * Math.PI) / 180) * (crop.isMirrored ? -1 : 1)
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return held(picture, {
    ...crop,
    x: crop.x - (dx * cos + dy * sin) / width,
    y: crop.y - (dy * cos - dx * sin) / height,
  })
}

/** Nearer by a factor, while the point of the frame (−½…½ of its width, from the middle) stays where it is. */
export function zoomed(
  picture: Size,
  crop: Crop,
  factor: number,
  at: { right: number; down: number } = { right: 0, down: 0 },
): Crop {
  const zoom = between(1, crop.zoom * factor, mostZoom)
  const real = zoom / crop.zoom
  // What was under the point has gone away from the middle by `real`: back with it.
  return moved(picture, { ...crop, zoom }, at.right * (1 - real), at.down * (1 - real))
}

/** A quarter turn to the right, with the same piece of the picture in the frame as far as it fits. */
export function quarterTurned(picture: Size, crop: Crop): Crop {
  // Seen mirrored, a turn to the right is one to the left of what lies behind.
  const [x, y, turns] = crop.isMirrored ? [crop.y, 1 - crop.x, crop.turns + 3] : [1 - crop.y, crop.x, crop.turns + 1]
  const aspect = crop.aspect === null ? null : 1 / crop.aspect
  return held(picture, { ...crop, x, y, turns, aspect })
}

export function mirrored(picture: Size, crop: Crop): Crop {
  return held(picture, { ...crop, isMirrored: !crop.isMirrored, angle: -crop.angle })
}

/** What `CanvasRenderingContext2D.setTransform` takes to draw the picture, from its corner 0, 0, so that the frame is the canvas. */
export function transformTo(output: Size, picture: Size, crop: Crop): [number, number, number, number, number, number] {
  const { frame } = frameOn(picture, crop)
  const { width, height } = turned(picture, crop)
  const scale = output.width / frame.width
  const angle = (crop.angle * Math.PI) / 180
  // From right to left: quarter turns, the frame's middle to the origin, mirror, lean, scale, to the canvas's middle.
  let matrix: Matrix = quarter(picture, crop.turns)
  matrix = after(matrix, [1, 0, 0, 1, -crop.x * width, -crop.y * height])
  if (crop.isMirrored) matrix = after(matrix, [-1, 0, 0, 1, 0, 0])
  matrix = after(matrix, [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0])
  return after(matrix, [scale, 0, 0, scale, output.width / 2, output.height / 2])
}

type Matrix = [number, number, number, number, number, number]

function quarter({ width, height }: Size, turns: number): Matrix {
  if (turns === 1) return [0, 1, -1, 0, height, 0]
  if (turns === 2) return [-1, 0, 0, -1, width, height]
  if (turns === 3) return [0, -1, 1, 0, 0, width]
  return [1, 0, 0, 1, 0, 0]
}

/** First `first`, then `then`; in the order of `DOMMatrix`: a, b, c, d, e, f. */
function after(first: Matrix, then: Matrix): Matrix {
  const [a, b, c, d, e, f] = first
  const [A, B, C, D, E, F] = then
  return [A * a + C * b, B * a + D * b, A * c + C * d, B * c + D * d, A * e + C * f + E, B * e + D * f + F]
}

/** Whether it leaves the picture as it is. */
export function isWhole(crop: Crop, picture: Size): boolean {
  const { turns, isMirrored, angle, zoom } = crop
  const own = picture.width / picture.height
  return turns === 0 && !isMirrored && angle === 0 && zoom === 1 && Math.abs(aspectOf(picture, crop) / own - 1) < 0.001
}

/** A size with the same sides that is at most so long and has at most so many pixels. */
export function within({ width, height }: Size, longest: number, mostPixels = Infinity): Size {
  const scale = Math.min(1, longest / Math.max(width, height), Math.sqrt(mostPixels / (width * height)))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
