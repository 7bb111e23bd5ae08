import { thumbHashToDataURL } from 'thumbhash'

const urls = new Map<string, string>()
const most = 400

/** The little picture that a ThumbHash holds, or null for what is none. */
export function placeholderUrl(hash: string | null): string | null {
  if (hash === null) return null
  const known = urls.get(hash)
  if (known !== undefined) return known
  try {
    const bytes = Uint8Array.from(atob(hash), (letter) => letter.charCodeAt(0))
    const url = thumbHashToDataURL(bytes)
    if (urls.size >= most) urls.clear()
    urls.set(hash, url)
    return url
  } catch {
    return null
  }
}
