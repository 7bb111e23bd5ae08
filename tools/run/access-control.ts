import { stringify } from 'yaml'
import { accessTable } from './chart-files.ts'

/** What a sentry outside of a cluster writes into every certificate, whatever it is told. */
export const trustDomain = 'public'
export const namespace = 'default'

/**
 * Dapr's Configuration of each sidecar: who may invoke which route of its app, everything else denied.
 * Made from the callers that contracts names.
 */
export async function configurations(): Promise<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(accessTable()).map(([app, callers]) => [
      `components/configuration/${app}.yaml`,
      `${heading}${stringify(configurationOf(app, callers))}`,
    ]),
  )
}

const heading = '# Made by `npm run generate` from the internal routes in packages/contracts.\n'

function configurationOf(app: string, callers: ReturnType<typeof accessTable>[string]): object {
  return {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: app },
    spec: {
      accessControl: {
        defaultAction: 'deny',
        trustDomain,
        policies: Object.entries(callers).map(([appId, operations]) => ({
          ...{ appId, defaultAction: 'deny', trustDomain, namespace, operations },
        })),
      },
    },
  }
}
