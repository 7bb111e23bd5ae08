import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { accepts, untilReady } from './readiness.ts'
import { ProvisionError, type ProcessSpec, type ProvisionContext } from './types.ts'

export interface SentryOptions {
  /** The path of sentry, from ensureDapr. */
  sentry: string
  /** Of sidecars and of sentry itself; the Configuration's accessControl.trustDomain must say the same. */
  trustDomain: string
  /** What a policy's `namespace` must say. */
  namespace: string
}

/** Dapr's certificate authority. Access control knows a caller by the certificate that it gave it. */
export interface Sentry {
  name: 'sentry'
  process: ProcessSpec
  daprdArgs: string[]
  /** Call it after ready(): the root certificate is made by the first start. */
  daprdEnv(): Record<string, string>
  prepare(): Promise<void>
  ready(timeoutMs: number): Promise<void>
}

const MIN_VALIDITY_MS = 30 * 24 * 3600 * 1000

export async function planSentry(ctx: ProvisionContext, options: SentryOptions): Promise<Sentry> {
  const folder = join(ctx.home, 'sentry')
  const root = join(folder, 'ca.crt')
  const port = await ctx.port('sentry')
  return {
    name: 'sentry',
    process: {
      name: 'sentry',
      command: options.sentry,
      args: [
        ...['--config', join(folder, 'config.yaml')],
        ...['--issuer-credentials', folder],
        ...['--trust-domain', options.trustDomain],
        ...['--listen-address', '127.0.0.1', '--port', String(port)],
        // Upstream's sentry serves health on every address; port 0 at least takes nobody's place.
        ...['--healthz-port', '0', '--enable-metrics=false'],
        ...['--log-level', 'warn', '--log-as-json'],
      ],
      env: { NAMESPACE: options.namespace },
    },
    daprdArgs: [
      '--enable-mtls',
      ...['--sentry-address', `127.0.0.1:${port}`],
      ...['--control-plane-trust-domain', options.trustDomain],
      ...['--control-plane-namespace', options.namespace],
    ],
    daprdEnv: () => ({ DAPR_TRUST_ANCHORS: readFileSync(root, 'utf8'), NAMESPACE: options.namespace }),
    prepare: async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      // Without a configuration file sentry knows no way to validate its callers.
      await writeFile(join(folder, 'config.yaml'), CONFIGURATION)
      if (!(await hasCertificates(folder))) await removeCertificates(folder)
    },
    ready: (timeoutMs) =>
      untilReady(ctx, 'sentry', timeoutMs, async () => {
        await accepts('127.0.0.1', port)
        if (!(await readFile(root, 'utf8')).includes('BEGIN CERTIFICATE'))
          throw new ProvisionError('no root certificate yet')
      }),
  }
}

const CONFIGURATION = `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: daprsystem
spec:
  mtls:
    enabled: true
    workloadCertTTL: 24h
    allowedClockSkew: 15m
`

/** False also for what a kill in the middle of making them left: sentry makes them anew, together. */
async function hasCertificates(folder: string): Promise<boolean> {
  try {
    const root = new X509Certificate(await readFile(join(folder, 'ca.crt')))
    const issuer = new X509Certificate(await readFile(join(folder, 'issuer.crt')))
    const key = createPrivateKey(await readFile(join(folder, 'issuer.key')))
    const soon = Date.now() + MIN_VALIDITY_MS
    return issuer.checkPrivateKey(key) && [root, issuer].every((certificate) => Date.parse(certificate.validTo) > soon)
  } catch {
    return false
  }
}

async function removeCertificates(folder: string): Promise<void> {
  for (const name of ['ca.crt', 'issuer.crt', 'issuer.key']) await rm(join(folder, name), { force: true })
}
