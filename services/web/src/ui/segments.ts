import type { components } from '@daguerre/client'

export type Entity = components['schemas']['Entity']
export type Segment = { text: string; entity: Entity | null }

/** A text cut at its hashtags and mentions. Their offsets count code points, where JavaScript counts UTF-16 units. */
export function segmentsOf(text: string, entities: readonly Entity[]): Segment[] {
  const points = Array.from(text)
  const segments: Segment[] = []
  let at = 0
  for (const entity of entities.toSorted((a, b) => a.start - b.start)) {
    if (entity.start < at || entity.end > points.length || entity.end <= entity.start) continue
    if (entity.start > at) segments.push({ text: points.slice(at, entity.start).join(''), entity: null })
    segments.push({ text: points.slice(entity.start, entity.end).join(''), entity })
    at = entity.end
  }
  if (at < points.length) segments.push({ text: points.slice(at).join(''), entity: null })
  return segments
}
