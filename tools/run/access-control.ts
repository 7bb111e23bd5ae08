import { internalRoutes } from '@daguerre/contracts'
import { stringify } from 'yaml'
import { readManifest } from './manifest.ts'

/** What a sentry outside of a cluster writes into every certificate, whatever it is told. */
export const trustDomain = 'public'
export const namespace = 'default'

/**
 * Dapr's Configuration of each sidecar: who may invoke which route of its app, everything else denied.
 * Made from the callers that contracts names.
 */
export async function configurations(): Promise<Record<string, string>> {
  const apps = readManifest().apps.filter((app) => app.sidecar)
  return Object.fromEntries(
    apps.map(({ id }) => [`components/configuration/${id}.yaml`, `${heading}${stringify(configurationOf(id))}`]),
  )
}

const heading = '# Made by `npm run generate` from the internal routes in packages/contracts.\n'

function configurationOf(app: string): object {
  const routes = internalRoutes.filter((route) => route.app === app)
  const callers = [...new Set(routes.flatMap((route) => route.callers))].toSorted()
  return {
    apiVersion: 'dapr.io/v1alpha1',
    kind: 'Configuration',
    metadata: { name: app },
    spec: {
      accessControl: {
        defaultAction: 'deny',
        trustDomain,
        policies: callers.map((caller) => ({
          appId: caller,
          defaultAction: 'deny',
          trustDomain,
          namespace,
          operations: routes
            .filter((route) => route.callers.includes(caller))
            .map((route) => ({ name: route.path, httpVerb: [route.method.toUpperCase()], action: 'allow' }))
            .toSorted((a, b) => a.name.localeCompare(b.name)),
        })),
      },
    },
  }
}
