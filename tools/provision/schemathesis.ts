import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cached, cacheRoot, contentKey } from './cache.ts'
import { must, which } from './commands.ts'
import { ProvisionError, type ProvisionContext } from './types.ts'

/** Versions and hashes of all that is installed: `pip-compile --generate-hashes --no-emit-index-url --strip-extras`, of schemathesis alone. */
const lock = join(import.meta.dirname, 'schemathesis.txt')

/** Schemathesis, which asks an API whatever its OpenAPI document allows and forbids. @returns how to run it; arguments of its own come last */
export async function installSchemathesis(
  ctx: ProvisionContext,
): Promise<{ command: string; args: string[]; env: Record<string, string> }> {
  const python = which('python3', ctx.env)
  if (!python)
    throw new ProvisionError('Schemathesis needs Python 3.10 or later with pip: there is no python3 on the PATH.')
  const key = contentKey(await readFile(lock), process.platform, process.arch)
  const folder = await cached(cacheRoot(ctx.env), `schemathesis-${key}`, async (folder) => {
    ctx.report('installing Schemathesis from PyPI (once; half a minute)')
    const hashes = ['--require-hashes', '--no-deps', '--requirement', lock]
    const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', folder, ...hashes]
    await must('Installing Schemathesis', python, args, { env: { ...ctx.env, PIP_ROOT_USER_ACTION: 'ignore' } })
  })
  return { command: python, args: ['-m', 'schemathesis.cli'], env: { PYTHONPATH: folder } }
}
