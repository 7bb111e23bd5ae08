const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'
const paths = [new RegExp(`^/media/(${uuid})/[a-z0-9]+\\.webp$`, 'i'), new RegExp(`^/api/v1/media/(${uuid})$`, 'i')]

/** Id of the media of this server that a URL or path points to; undefined for anything else. */
export function mediaOfUrl(url: string, publicUrl: string): string | undefined {
  const base = new URL(publicUrl)
  if (!URL.canParse(url, base.href)) return undefined
  const { origin, pathname } = new URL(url, base)
  if (origin !== base.origin) return undefined
  for (const path of paths) {
    const id = path.exec(pathname)?.[1]
    if (id !== undefined) return id.toLowerCase()
  }
  return undefined
}
