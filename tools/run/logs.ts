import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs'

const keptRotations = 3
const largestLogBytes = 64 * 1024 * 1024

/** Moves a log aside: x.log becomes x.log.1, and so on. */
export function rotateLog(path: string): void {
  if (!existsSync(path) || statSync(path).size === 0) return
  for (let age = keptRotations - 1; age >= 1; age--) {
    if (existsSync(`${path}.${age}`)) renameSync(`${path}.${age}`, `${path}.${age + 1}`)
  }
  renameSync(path, `${path}.1`)
}

/** Empties a log that has grown too large, with its text kept beside it; the writer appends and notices nothing. */
export function trimLog(path: string): void {
  if (!existsSync(path) || statSync(path).size < largestLogBytes) return
  copyFileSync(path, `${path}.1`)
  truncateSync(path)
}

/** The last lines written after `offset`, shortened for a terminal. */
export function tailOf(path: string, lines: number, offset = 0): string[] {
  if (!existsSync(path)) return []
  const size = statSync(path).size
  const start = Math.max(offset > size ? 0 : offset, size - 64 * 1024)
  const buffer = Buffer.alloc(size - start)
  const file = openSync(path, 'r')
  try {
    readSync(file, buffer, 0, buffer.length, start)
  } finally {
    closeSync(file)
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).filter(Boolean).map(readable)
}

const levels: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' }

/** A pino line as a person reads it; other lines as they are. */
export function readable(line: string): string {
  if (!line.startsWith('{')) return line
  try {
    const { level, time, msg, err, pid: _pid, hostname: _host, ...rest } = JSON.parse(line) as Record<string, unknown>
    if (msg === undefined && err === undefined) return line
    const when = new Date(time as number | string)
    const clock = Number.isNaN(when.getTime()) ? '' : `${when.toISOString().slice(11, 23)} `
    const fields = Object.entries(rest).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    const error = err as { message?: string; stack?: string } | undefined
    return [`${clock}${levels[level as number] ?? String(level)}`, msg, ...fields, error?.stack ?? error?.message]
      .filter(Boolean)
      .join(' ')
  } catch {
    return line
  }
}
