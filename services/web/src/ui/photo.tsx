import { type ReactElement, useCallback, useState } from 'react'
import { renewGrants } from '../app/renew-grants.ts'
import { isSamePhoto, type Media, photoSource } from './photo-source.ts'
import { placeholderUrl } from './placeholder.ts'
import styles from './photo.module.css'

/** Its width by its height; what is still in work counts as a square. */
export function ratioOf({ width, height }: Pick<Media, 'width' | 'height'>): number {
  return width && height ? width / height : 1
}

/** A photograph in a frame of fixed size. Its placeholder lies on it until it is there, and fades as a print develops. */
export function Photo({
  media,
  sizes,
  priority = false,
  fit = 'cover',
  square = false,
}: {
  media: Media & { altText?: string }
  sizes: string
  /** It is what the page is about: asked for first. */
  priority?: boolean
  fit?: 'cover' | 'contain'
  /** It is shown as a square, for which there is one that is cut so. */
  square?: boolean
}): ReactElement {
  const [state, setState] = useState<'latent' | 'developed' | 'done' | 'failed'>('latent')
  const newest = photoSource(media, square)
  const [source, setSource] = useState(newest)
  // With another grant it is the same picture, which is there already; unless it could not be had.
  if (newest?.src !== source?.src && (state === 'failed' || !isSamePhoto(newest, source))) {
    setSource(newest)
    setState('latent')
  }
  const placeholder = placeholderUrl(media.placeholder)

  // What comes from the cache has no need to develop.
  const lookAt = useCallback((image: HTMLImageElement | null) => {
    if (image?.complete && image.naturalWidth > 0) setState('done')
  }, [])

  return (
    <span className={`${styles.photo} ${fit === 'contain' ? styles.contain : ''}`}>
      {source && state !== 'failed' && (
        <img
          ref={lookAt}
          className={styles.image}
          src={source.src}
          srcSet={source.srcSet}
          sizes={sizes}
          alt={media.altText ?? ''}
          width={media.width ?? undefined}
          height={media.height ?? undefined}
          loading={priority ? 'eager' : 'lazy'}
          fetchPriority={priority ? 'high' : 'auto'}
          decoding={priority ? 'sync' : 'async'}
          draggable={false}
          onLoad={() => setState((now) => (now === 'latent' ? 'developed' : now))}
          onError={() => {
            setState('failed')
            renewGrants(source.src)
          }}
        />
      )}
      {state !== 'done' && placeholder && (
        <img
          className={`${styles.placeholder} ${state === 'developed' ? styles.developed : ''}`}
          src={placeholder}
          alt={state === 'failed' ? (media.altText ?? '') : ''}
          onTransitionEnd={() => setState('done')}
        />
      )}
    </span>
  )
}
