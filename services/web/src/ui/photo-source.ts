import type { components } from '@daguerre/client'

export type Media = components['schemas']['Media']

export interface Source {
  src: string
  srcSet: string
}

const squareVariants: ReadonlySet<string> = new Set(['thumbnail', 'small'])

/**
 * What an `img` of a photograph shows; null while none of its variants is there.
 * @param square it is shown as a square, for which there is one that is cut so
 */
export function photoSource(media: Media, square = false): Source | null {
  const variants = media.variants.filter(({ name }) => (square ? squareVariants.has(name) : name !== 'thumbnail'))
  const plain = square ? variants[0] : variants.at(-1)
  return plain ? { src: plain.url, srcSet: variants.map(({ url, width }) => `${url} ${width}w`).join(', ') } : null
}

/** Whether both are one picture, by whatever grant each is fetched. */
export function isSamePhoto(one: Source | null, other: Source | null): boolean {
  return one?.src.replace(/\?.*/, '') === other?.src.replace(/\?.*/, '')
}
