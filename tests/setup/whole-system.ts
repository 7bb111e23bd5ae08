import { startCollector } from './collector.ts'
import { type StartOptions, startTestSystem } from './system.ts'

/**
 * A whole system for one run of end-to-end tests, beside whatever else runs here. E2E_HOME names one that runs
 * already (`npm start` prints its logs' folder, which lies in it), E2E_CLUSTER one in a cluster (`npm run test:k8s`), E2E_COLLECTOR what
 * it sends its traces to.
 */
export default async function setup(): Promise<() => Promise<void>> {
  return await setUpSystem({}, (collector) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector }))
}

/** @param tracesTo environment that makes services and sidecars send spans to the collector of the tests */
export async function setUpSystem(
  options: StartOptions,
  tracesTo: (collector: string) => Record<string, string>,
): Promise<() => Promise<void>> {
  if (process.env['E2E_HOME'] || process.env['E2E_CLUSTER']) return async () => {}
  const began = performance.now()
  const collector = await startCollector()
  // Only what tests ask to be traced is: they send a sampled `traceparent`.
  const env = { ...tracesTo(collector.url), OTEL_TRACES_SAMPLER_ARG: '0.0001' }
  const system = await startTestSystem({ ...options, env }).catch(async (error: unknown) => {
    await collector.close()
    throw error
  })
  console.error(`A whole system for the tests is ready after ${((performance.now() - began) / 1000).toFixed(1)} s.`)
  process.env['E2E_HOME'] = system.home
  process.env['E2E_COLLECTOR'] = collector.url
  return async () => {
    await system.close()
    await collector.close()
    delete process.env['E2E_HOME']
    delete process.env['E2E_COLLECTOR']
  }
}
