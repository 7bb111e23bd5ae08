import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The process that listens on a TCP port of this machine, for a person: "nginx (process 812)". Linux only. */
export function listenerOn(port: number): string | undefined {
  try {
    const inode = ['/proc/net/tcp', '/proc/net/tcp6'].map((table) => inodeOf(table, port)).find(Boolean)
    return inode && ownerOf(inode)
  } catch {
    return undefined
  }
}

function inodeOf(table: string, port: number): string | undefined {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  for (const line of readFileSync(table, 'utf8').split('\n').slice(1)) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
    if (state === '0A' && local?.endsWith(`:${hexPort}`)) return inode
  }
  return undefined
}

function ownerOf(inode: string): string | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`))
      if (!links.includes(`socket:[${inode}]`)) continue
      return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (process ${pid})`
    } catch {
      // It ended, or is another user's.
    }
  }
  return undefined
}
