import { BlockList, isIP, isIPv6 } from 'node:net'

const closed = new BlockList()
for (const [network, bits] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
  ] as const),
  ...([
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
  ] as const),
  ...([
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
  ] as const),
  ...([
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
] as const) {
  closed.addSubnet(network, bits, 'ipv4')
}
// 6to4 and Teredo carry an IPv4 address that would be reached through a relay.
for (const [network, bits] of [
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
] as const) {
  closed.addSubnet(network, bits, 'ipv6')
}
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')

/** Whether an IP address is one of the public internet (RFC 6890, RFC 4291): no machine of our own answers there. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false
  if (!isIPv6(address)) return !closed.check(address, 'ipv4')
  // ::ffff:10.0.0.1 is 10.0.0.1; as all outside of 2000::/3 it is none that a push service has.
  return global.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

const localName =
  /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|home\.arpa|onion|invalid|test|example)\.?$/i

/**
 * Whether something may be sent to this address: https on the usual port of a host on the public internet. What a name leads to
 * is looked at again when it is connected to (`send-message.ts`).
 */
export function isPublicEndpoint(endpoint: string, { loopback }: { loopback: boolean }): boolean {
  if (!URL.canParse(endpoint)) return false
  const { protocol, hostname, port, username, password } = new URL(endpoint)
  if (username !== '' || password !== '') return false
  const host = hostname.replace(/^\[|\]$/g, '')
  if (loopback && isLoopback(host) && /^https?:$/.test(protocol)) return true
  if (protocol !== 'https:' || port !== '') return false
  return isIP(host) === 0 ? host.includes('.') && !localName.test(host) : isPublicAddress(host)
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '::1'
}
