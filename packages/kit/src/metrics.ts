import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The registry of this process; `/metrics` shows it. */
export const registry = new Registry()

let collecting = false

/** Starts Node's own metrics (event loop delay, heap, garbage collection, file descriptors), once a process. */
export function collectProcessMetrics(service: string): void {
  if (collecting) return
  collecting = true
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
}

/** The counter of that name, made on first use. Names end in `_total`. */
export function counter<L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Counter<L> {
  return (
    (registry.getSingleMetric(name) as Counter<L> | undefined) ??
    new Counter({ name, help, labelNames, registers: [registry] })
  )
}

/** The gauge of that name, made on first use. */
export function gauge<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
  return (
    (registry.getSingleMetric(name) as Gauge<L> | undefined) ??
    new Gauge({ name, help, labelNames, registers: [registry] })
  )
}

/** The histogram of that name, made on first use. Units are seconds unless the name says otherwise. */
export function histogram<L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
  buckets: number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
): Histogram<L> {
  return (
    (registry.getSingleMetric(name) as Histogram<L> | undefined) ??
    new Histogram({ name, help, labelNames, buckets, registers: [registry] })
  )
}

/** The exposition text of all metrics and its content type. */
export async function renderMetrics(): Promise<{ text: string; contentType: string }> {
  return { text: await registry.metrics(), contentType: registry.contentType }
}
