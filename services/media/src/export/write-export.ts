import { Readable } from 'node:stream'
import {
  type ExportItem,
  exportFormat,
  exportSchema,
  type ExportSection,
  exportSections,
  exportVersion,
} from '@daguerre/contracts'
import { type EntityManager, query } from '@daguerre/kit/postgres'
import { originalKey } from '../media/media-row.ts'
import type { TransferNeighbours, RemoteSection } from '../transfer-neighbours.ts'
import { type Storage, StorageUnavailable } from '../storage.ts'
import { reportProgress, type TransferClaim } from '../transfer/claim-transfer.ts'
import { transferKey } from '../transfer/transfer-row.ts'
import { exportPage } from './export-page.ts'
import { createZipWriter, type ZipWriter } from './zip-writer.ts'

export type ExportDeps = {
  forkEm: () => EntityManager
  storage: Storage
  neighbours: TransferNeighbours
  publicUrl: string
}

const pageSize = 200
const progressMs = 1000

type Photo = Pick<ExportItem<'media'>, 'id' | 'format' | 'width' | 'height' | 'bytes'> & { createdAt: Date }

/**
 * Writes all that somebody has here into a ZIP in S3, as it comes: photos, then data, then what shows them. After a crash it is begun anew: half
 * a ZIP is of use to nobody, and one that went on from there would be of two moments.
 * @returns its size
 */
export async function writeExport(deps: ExportDeps, claim: TransferClaim, signal: AbortSignal): Promise<number> {
  const { storage } = deps
  const key = transferKey(claim)
  const photos = await countPhotos(deps.forkEm(), claim.ownerId)
  const zip = createZipWriter(claim.createdAt)
  const writing = fill(deps, claim, zip, photos.count).catch((error: Error) => {
    zip.fail(error)
    throw error
  })
  const storing = storage.putStream(key, zip.output, signal, { about: photos.bytes }).catch((error: Error) => {
    zip.fail(error)
    throw error
  })
  // Whoever fails first tells the other why, so either's reason is the reason.
  const [written, stored] = await Promise.allSettled([writing, storing])
  if (written.status === 'rejected') throw written.reason
  if (stored.status === 'rejected') throw stored.reason
  const head = await storage.head(key)
  if (head.outcome !== 'found') throw new StorageUnavailable(`${key} was stored and is not there`)
  return head.object.bytes
}

async function fill(deps: ExportDeps, claim: TransferClaim, zip: ZipWriter, total: number): Promise<void> {
  const { ownerId, ownerName, createdAt } = claim
  const lost = await addPhotos(deps, claim, zip, total)
  const remote = (Object.keys(exportSections) as ExportSection[]).filter((name) => name !== 'media')
  for (const name of remote) {
    await zip.add(`data/${name}.json`, textOf(sectionText(name, itemsOf(deps, ownerId, name))), { compress: true })
  }
  await zip.add('data/media.json', textOf(sectionText('media', mediaItems(deps, ownerId, lost))), { compress: true })
  const manifest = {
    format: exportFormat,
    version: exportVersion,
    createdAt: createdAt.toISOString(),
    server: deps.publicUrl,
    person: { id: ownerId, username: ownerName },
    sections: Object.fromEntries(Object.keys(exportSections).map((name) => [name, `data/${name}.json`])),
  }
  await zip.add('export.json', textOf([JSON.stringify(manifest, null, 2)]), { compress: true })
  await zip.add('schema.json', textOf([JSON.stringify(exportSchema(), null, 2)]), { compress: true })
  const [profile] = (await deps.neighbours.personalData('profile', { userId: ownerId, after: null, limit: 1 })).items
  const page = exportPage({
    manifest,
    profile,
    itemsOf: (section) => itemsOf(deps, ownerId, section),
    filesOf: (ids) => filesOf(deps.forkEm(), ids, lost),
  })
  await zip.add('index.html', textOf(page), { compress: true })
  zip.end()
}

/** @returns ids of those whose original could not be had */
async function addPhotos(deps: ExportDeps, claim: TransferClaim, zip: ZipWriter, total: number): Promise<Set<string>> {
  const lost = new Set<string>()
  let done = 0
  let toldAt = 0
  for await (const photo of photosOf(deps, claim.ownerId)) {
    const answer = await deps.storage.read(originalKey(photo.id))
    if (answer.outcome === 'found') {
      await zip.add(pathOf(photo), restartable(answer.body), { compress: false })
    } else lost.add(photo.id)
    done += 1
    if (performance.now() - toldAt < progressMs) continue
    toldAt = performance.now()
    if (!(await reportProgress({ em: deps.forkEm() }, claim, { done, total: Math.max(done, total) }))) {
      throw new Error('the lease is lost')
    }
  }
  await reportProgress({ em: deps.forkEm() }, claim, { done, total: done })
  return lost
}

/** Bytes from S3, of which it is S3's fault when they break off. */
function restartable(body: Readable): Readable {
  return Readable.from(
    (async function* () {
      try {
        yield* body as AsyncIterable<Buffer>
      } catch (error) {
        throw new StorageUnavailable('an original broke off', { cause: error })
      }
    })(),
    { objectMode: false },
  )
}

function textOf(parts: Iterable<string> | AsyncIterable<string>): Readable {
  return Readable.from(parts, { objectMode: false })
}

async function* sectionText(name: ExportSection, items: AsyncIterable<unknown>): AsyncGenerator<string> {
  yield `{"format":"${exportFormat}","version":${exportVersion},"section":"${name}","items":[`
  let separator = '\n'
  for await (const item of items) {
    yield `${separator}${JSON.stringify(item)}`
    separator = ',\n'
  }
  yield '\n]}\n'
}

async function* itemsOf<Section extends RemoteSection>(
  { neighbours }: ExportDeps,
  userId: string,
  section: Section,
): AsyncGenerator<ExportItem<Section>> {
  let after: string | null = null
  do {
    const { items, next }: { items: ExportItem<Section>[]; next: string | null } = await neighbours.personalData(
      section,
      { userId, after, limit: pageSize },
    )
    yield* items
    after = next
  } while (after !== null)
}

async function* mediaItems(
  deps: ExportDeps,
  ownerId: string,
  lost: ReadonlySet<string>,
): AsyncGenerator<ExportItem<'media'>> {
  for await (const { createdAt, ...photo } of photosOf(deps, ownerId)) {
    yield { ...photo, file: lost.has(photo.id) ? null : pathOf(photo), createdAt: createdAt.toISOString() }
  }
}

const ready = "state = 'ready' and original_key is not null"

async function* photosOf({ forkEm }: ExportDeps, ownerId: string): AsyncGenerator<Photo> {
  let after: string | null = null
  for (;;) {
    const rows: Photo[] = await query<Photo>(
      forkEm(),
      `/* all shards: media-of-a-person */ select id, format, width, height, bytes, created_at as "createdAt" from media
       where owner_id = ? and ${ready} and (?::uuid is null or id > ?) order by id limit ?`,
      [ownerId, after, after, pageSize],
    )
    yield* rows
    if (rows.length < pageSize) return
    after = rows.at(-1)!.id
  }
}

async function countPhotos(em: EntityManager, ownerId: string): Promise<{ count: number; bytes: number }> {
  const [row] = await query<{ count: number; bytes: number }>(
    em,
    `/* all shards: media-of-a-person */ select count(*)::int as count, coalesce(sum(bytes), 0)::float8 as bytes from media
     where owner_id = ? and ${ready}`,
    [ownerId],
  )
  return row!
}

async function filesOf(
  em: EntityManager,
  ids: readonly string[],
  lost: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const rows = await query<Pick<Photo, 'id' | 'format'>>(
    em,
    `select id, format from media where id = any(?::uuid[]) and ${ready}`,
    [ids],
  )
  return new Map(rows.flatMap((row) => (lost.has(row.id) ? [] : [[row.id, pathOf(row)]])))
}

function pathOf({ id, format }: Pick<Photo, 'id' | 'format'>): string {
  return `media/${id}.${format === 'jpeg' ? 'jpg' : format}`
}
