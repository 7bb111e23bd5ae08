import type { Sizes } from '../sizes/sizes.ts'
import { markdown } from './table.ts'

/** What takes how much room, as Markdown. */
export function sizesTable({ postgres, redis, mongodb, photo, work }: Sizes): string {
  const rows = Object.entries(postgres).map(([table, { rows, bytes }]) => [table, whole(rows), whole(bytes / rows)])
  const keys = Object.entries(redis).map(([kind, { keys, entries, bytes }]) => [
    ...[kind, whole(keys), whole(bytes / keys)],
    ...(entries === keys || entries === 0 ? ['', ''] : [whole(entries / keys), whole(bytes / entries)]),
  ])
  const documents = Object.entries(mongodb).map(([name, { documents, bytes }]) => [
    ...[name, whole(documents), whole(bytes / documents)],
  ])
  const photos = Object.entries({ original: photo.original, ...photo.variants })
  return [
    markdown(['PostgreSQL', 'rows', 'bytes a row'], rows),
    markdown(['Redis', 'keys', 'bytes a key', 'entries a key', 'bytes an entry'], keys),
    markdown(['MongoDB', 'documents', 'bytes a document'], documents),
    markdown(
      ['photograph of 12 megapixels', 'kB'],
      photos.map(([name, bytes]) => [name, whole(bytes / 1000)]),
    ),
    markdown(
      ['PostgreSQL, a unit of work', 'commits', 'bytes of WAL', 'blocks looked at'],
      Object.entries(work).map(([unit, { commits, walBytes, blocks }]) => [
        ...[unit, commits.toFixed(2), whole(walBytes), whole(blocks)],
      ]),
    ),
  ].join('\n\n')
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
