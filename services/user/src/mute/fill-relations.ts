import type { Copies } from '@daguerre/copies/copies'
import type { EntityManager } from '@daguerre/kit/postgres'
import { readMutes } from './list-mutes.ts'

export interface FillDeps {
  copies: Pick<Copies, 'areRelationsFilled' | 'fillRelations'>
  onCacheError: (error: unknown) => void
  clock: () => Date
}

/**
 * Puts how a viewer stands to others where feed reads it, unless it is there: for an hour nobody asks. Does not throw: they ask
 * again.
 */
export async function fillRelations(
  { em, copies, onCacheError, clock }: FillDeps & { em: EntityManager },
  viewerId: string,
): Promise<void> {
  try {
    if (await copies.areRelationsFilled(viewerId)) return
    const askedAt = performance.now()
    const mutes = await readMutes(em, { muterId: viewerId, now: clock() })
    await copies.fillRelations(
      viewerId,
      mutes.map(({ mutedId, endsAt }) => ({ userId: mutedId, mutedUntilMs: endsAt?.getTime() ?? null })),
      askedAt,
    )
  } catch (error) {
    onCacheError(error)
  }
}
