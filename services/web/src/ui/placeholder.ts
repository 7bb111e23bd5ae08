import { thumbHashToAverageRGBA, thumbHashToDataURL } from 'thumbhash'

const urls = new Map<string, string>()
const most = 400

/** The little picture that a ThumbHash holds, or null for what is none. */
export function placeholderUrl(hash: string | null): string | null {
  if (hash === null) return null
  const known = urls.get(hash)
  if (known !== undefined) return known
  try {
    const url = thumbHashToDataURL(bytesOf(hash))
    if (urls.size >= most) urls.clear()
    urls.set(hash, url)
    return url
  } catch {
    return null
  }
}

/** The colour that a ThumbHash is on average, which is quicker to find out; null for what is none. */
export function placeholderColour(hash: string | null): string | null {
  if (hash === null) return null
  try {
    const { r, g, b, a } = thumbHashToAverageRGBA(bytesOf(hash))
    return `rgb(${[r, g, b].map((part) => Math.round(part * 255)).join(' ')} / ${a})`
  } catch {
    return null
  }
}

function bytesOf(hash: string): Uint8Array {
  return Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0))
}
