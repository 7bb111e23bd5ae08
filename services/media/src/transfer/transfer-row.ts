import { type Archive, archiveLimits, type ArchiveFailure, type Audience, type Export } from '@daguerre/contracts'

export type TransferKind = 'export' | 'archive'

/** A row of the table `transfer`. */
export type TransferRow = {
  id: string
  owner_id: string
  owner_name: string
  kind: TransferKind
  state: 'uploading' | 'working' | 'ready' | 'failed' | 'erased'
  reason: ArchiveFailure | null
  /** bigint comes as text. */
  bytes: string | null
  upload_id: string | null
  /** Of an archive: whom its posts are for, where it does not say it. */
  audience: Audience
  done: number
  total: number | null
  posts: number
  omissions: number
  attempts: number
  due_at: Date | null
  lease: string | null
  erase_at: Date
  created_at: Date
  finished_at: Date | null
}

/** Where the ZIP of a transfer is. */
export function transferKey({ kind, id }: Pick<TransferRow, 'kind' | 'id'>): string {
  return `${kind}s/${id}.zip`
}

/** An export as its owner sees it. */
export function presentExport(row: TransferRow): Export {
  return {
    id: row.id,
    state: row.state === 'ready' || row.state === 'failed' ? row.state : 'working',
    done: row.done,
    total: row.total,
    bytes: row.state === 'ready' ? Number(row.bytes) : null,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    expiresAt: row.state === 'ready' ? row.erase_at.toISOString() : null,
  }
}

/** An archive as its owner sees it. */
export function presentArchive(row: TransferRow): Archive {
  const bytes = Number(row.bytes)
  return {
    id: row.id,
    state: row.state === 'erased' ? 'failed' : row.state,
    reason: row.reason,
    partBytes: archiveLimits.partBytes,
    parts: Math.ceil(bytes / archiveLimits.partBytes),
    bytes,
    audience: row.audience,
    done: row.done,
    total: row.total,
    posts: row.posts,
    omissions: row.omissions,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}
