import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../provision/commands.ts'
import { root } from './home.ts'

interface Report {
  advisories?: Record<
    string,
    { module_name: string; severity: string; title: string; url: string; vulnerable_versions: string }
  >
}

const severities = ['high', 'critical']

/** Known weaknesses, high or worse, of what services and the web app use; one sentence each. Null if the registry knows of none that it could tell. */
export async function findAdvisories(env: NodeJS.ProcessEnv = process.env): Promise<string[] | null> {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { pnpm: string } }
  const args = ['exec', '--yes', '--loglevel=error', '--', `pnpm@${engines.pnpm}`, 'audit', '--prod', '--json']
  const { stdout } = await run('npm', args, { cwd: root, env: { ...env, CI: 'true' }, timeoutMs: 120_000 })
  const { advisories } = reportOf(stdout)
  if (!advisories) return null
  return Object.values(advisories)
    .filter(({ severity }) => severities.includes(severity))
    .map((one) => `${one.module_name} ${one.vulnerable_versions}: ${one.title} (${one.severity}), ${one.url}`)
}

function reportOf(text: string): Report {
  try {
    return JSON.parse(text) as Report
  } catch {
    return {}
  }
}
