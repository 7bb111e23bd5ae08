import { startTestSystem } from './system.ts'

/**
 * A whole system for one run of end-to-end tests, beside whatever else runs here. E2E_HOME names one that runs
 * already (`npm start` prints its logs' folder, which lies in it); E2E_PUBSUB=kafka chooses the broker.
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env['E2E_HOME']) return async () => {}
  const began = performance.now()
  const system = await startTestSystem(process.env['E2E_PUBSUB'] === 'kafka' ? { pubsub: 'kafka' } : {})
  console.error(`A whole system for the tests is ready after ${((performance.now() - began) / 1000).toFixed(1)} s.`)
  process.env['E2E_HOME'] = system.home
  return async () => {
    await system.close()
    delete process.env['E2E_HOME']
  }
}
