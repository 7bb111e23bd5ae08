import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A random word made once for this home and kept in secrets/<name>, readable by its owner alone. */
export async function secret(home: string, name: string, bytes = 24): Promise<string> {
  const folder = join(home, 'secrets')
  const path = join(folder, name)
  const kept = await read(path)
  if (kept !== undefined) return kept
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const made = join(folder, `.${name}-${process.pid}-${randomBytes(4).toString('hex')}`)
  await writeFile(made, randomBytes(bytes).toString('hex'), { mode: 0o600 })
  // A link fails where the name is taken, so of two runs at once both read the first one's word.
  await link(made, path).catch(() => {})
  await rm(made, { force: true })
  return await readFile(path, 'utf8')
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}
