import type { ArchiveFailure } from '@daguerre/contracts'
import { type ExportDeps, writeExport } from './export/write-export.ts'
import { failTransfer, finishTransfer, type TransferClaim, waitingTransfers } from './transfer/claim-transfer.ts'
import { isErased, retireExports } from './transfer/erase-transfers.ts'
import { transferKey } from './transfer/transfer-row.ts'
import type { Queue } from './worker.ts'

/** Exports that are to be made. */
export function exportQueue(deps: ExportDeps & { keptHours: number }): Queue<TransferClaim, ArchiveFailure> {
  const { forkEm, storage, keptHours } = deps
  return {
    name: 'exports',
    metrics: {
      outcomes: { name: 'media_exported_total', help: 'Exports that have been tried' },
      seconds: { name: 'media_export_seconds', help: 'Time to make an export' },
      busy: { name: 'media_exports_in_work', help: 'Exports that this process makes' },
    },
    ...waitingTransfers('export'),
    fail: failTransfer,
    async run(claim, signal) {
      const bytes = await writeExport(deps, claim, signal)
      if (await finishTransfer({ em: forkEm() }, claim, { bytes, keptHours })) {
        await retireExports({ em: forkEm() }, claim)
        return 'ready'
      }
      // Its owner is gone, and with the row what would have removed this.
      if (await isErased({ em: forkEm() }, claim.id)) await storage.remove([transferKey(claim)])
      return undefined
    },
    reasonOf: () => ({ reason: 'processing_failed', isExpected: false }),
    delaySeconds: (attempts) => 5 ** attempts,
  }
}
