import { NeighbourError } from '@daguerre/kit/neighbour'
import { forbidden, problem } from '@daguerre/kit/problem'
import type { TransferNeighbours } from '../transfer-neighbours.ts'

type Deps = { neighbours: Pick<TransferNeighbours, 'freshness'> }
type Session = { id: string; sessionId: string }

/**
 * For who takes everything along: the viewer has lately said who they are, in this very session.
 * @throws Problem 403 `auth.reauthentication_required`, 401 `auth.session_ended`, 503 `auth.unavailable`
 */
export async function requireFreshSession(deps: Deps, viewer: Session): Promise<void> {
  const freshness = await askFreshness(deps, viewer)
  if (freshness === 'stale')
    throw forbidden('auth.reauthentication_required', 'Say again who you are, then repeat this.')
  if (freshness === 'ended') throw problem(401, 'auth.session_ended', 'The session is over. Sign in again.')
}

/** Whether a session has not ended. @throws Problem 503 `auth.unavailable` */
export async function isSessionLive(deps: Deps, session: Session): Promise<boolean> {
  return (await askFreshness(deps, session)) !== 'ended'
}

async function askFreshness({ neighbours }: Deps, session: Session) {
  try {
    return await neighbours.freshness(session)
  } catch (error) {
    if (!(error instanceof NeighbourError)) throw error
    throw problem(503, 'auth.unavailable', 'It cannot be known now who you are. Try again.', {
      cause: error,
      headers: { 'retry-after': '5' },
    })
  }
}
