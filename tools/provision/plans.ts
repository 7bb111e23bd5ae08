import { composeUp } from './docker.ts'
import { type ProvisionContext, type StorePlan } from './types.ts'

type Known = Pick<StorePlan, 'name' | 'url' | 'ready' | 'details'>

/** A store that the environment names: it runs already. */
export function fromEnvironment(known: Known): StorePlan {
  return { ...known, source: 'environment', process: null, prepare: () => Promise.resolve() }
}

/** A store of compose.yaml; `values` are the variables that its service reads there. */
export function fromDocker(
  ctx: ProvisionContext,
  known: Known,
  service: string,
  values: Record<string, string>,
): StorePlan {
  return { ...known, source: 'docker compose', process: null, prepare: () => composeUp(ctx, service, values) }
}
