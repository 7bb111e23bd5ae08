import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, mkdtemp, readFile, readdir, rename, rm, statfs, unlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProvisionError, type Report } from './types.ts'

/** Where what was downloaded or built is kept for every checkout of this user. */
export function cacheRoot(env: NodeJS.ProcessEnv): string {
  if (env['DAGUERRE_CACHE']) return env['DAGUERRE_CACHE']
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'daguerre')
}

export function contentKey(...parts: (string | Buffer)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part).update('\0')
  return hash.digest('hex').slice(0, 16)
}

export function isCached(root: string, entry: string): boolean {
  return existsSync(join(root, entry))
}

/**
 * The folder root/entry, made by `make` if it is not there. It appears only when it is complete: it is made
 * beside its place and renamed, so that a kill in the middle leaves nothing that looks whole. Of two runs at
 * once one makes it and the other waits.
 */
export async function cached(
  root: string,
  entry: string,
  make: (folder: string) => Promise<void>,
  report?: Report,
): Promise<string> {
  const place = join(root, entry)
  if (existsSync(place)) return place
  await mkdir(root, { recursive: true })
  const lock = join(root, `.lock-${entry}`)
  for (let tries = 0; !(await takeLock(lock)); tries++) {
    if (tries === 4) report?.(`waiting for another run that makes ${entry}`)
    await sleep(500)
    if (existsSync(place)) return place
  }
  try {
    if (existsSync(place)) return place
    await removeAbandoned(root, entry)
    const folder = await mkdtemp(join(root, `.tmp-${entry}-${process.pid}-`))
    try {
      await make(folder)
      await rename(folder, place)
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      if (!existsSync(place)) throw error
    }
  } finally {
    await unlink(lock).catch(() => {})
  }
  return place
}

/** A lock is a file with the holder's process id; that of a dead process counts for nothing. */
async function takeLock(path: string): Promise<boolean> {
  const own = `${path}-${randomUUID()}`
  await writeFile(own, String(process.pid))
  try {
    await link(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(own).catch(() => {})
  }
  const holder = Number(await readFile(path, 'utf8').catch(() => ''))
  if (holder > 0 && !isAlive(holder)) await unlink(path).catch(() => {})
  return false
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function removeAbandoned(root: string, entry: string): Promise<void> {
  const prefix = `.tmp-${entry}-`
  for (const name of await readdir(root)) {
    if (!name.startsWith(prefix)) continue
    const maker = Number.parseInt(name.slice(prefix.length), 10)
    if (!isAlive(maker)) await rm(join(root, name), { recursive: true, force: true })
  }
}

/** Throws unless the disk of `path` (or of its nearest folder that exists) has the room. */
export async function needSpace(path: string, bytes: number, what: string): Promise<void> {
  let folder = path
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder)
  const disk = await statfs(folder)
  const free = disk.bavail * disk.bsize
  if (free >= bytes) return
  throw new ProvisionError(
    `${what} needs ${inMiB(bytes)} MiB on the disk of ${folder}, which has ${inMiB(free)}: free some space and start again.`,
  )
}

function inMiB(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
