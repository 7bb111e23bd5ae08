import type { LookupAddress } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { BlockList, isIP, isIPv4, isIPv6, type LookupFunction } from 'node:net'
import { callbackify } from 'node:util'

// The registries of special addresses (IANA; RFC 6890 and what was added to it).
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
// Of what is global unicast. 6to4 (2002::) and Teredo (in 2001::/23) carry an IPv4 address that a relay would lead to.
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
/** Where the IPv4 internet is for a machine that has IPv6 alone (NAT64, RFC 6052): as public as the address within. */
const nat64 = '64:ff9b::'

const closed = new BlockList()
const open6 = new BlockList()
for (const [network, bits] of special4.map(split)) {
  closed.addSubnet(network, bits, 'ipv4')
  closed.addSubnet(`${nat64}${network}`, 96 + bits, 'ipv6')
}
for (const [network, bits] of special6.map(split)) closed.addSubnet(network, bits, 'ipv6')
open6.addSubnet('2000::', 3, 'ipv6')
open6.addSubnet(nat64, 96, 'ipv6')

function split(subnet: string): [string, number] {
  const [network = '', bits] = subnet.split('/')
  return [network, Number(bits)]
}

/**
 * Whether an IP address is one of the public internet: no machine of our own answers there. What IPv6 has outside of its global
 * unicast is not, so neither is ::ffff:8.8.8.8, which no name leads to.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  // With a zone (fe80::1%eth0) it is an address of a link.
  if (!isIPv6(address) || address.includes('%')) return false
  return open6.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}

/** What may be dialled. Loopback is for tests. */
export interface Reach {
  internet: boolean
  loopback: boolean
}

function isReachable(address: string, { internet, loopback }: Reach): boolean {
  return (internet && isPublicAddress(address)) || (loopback && isLoopback(address))
}

function isLoopback(host: string): boolean {
  return host === '127.0.0.1' || host === '::1'
}

const localName =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|private|lan|home|corp|arpa|onion|invalid|test|example)$/

/**
 * The URL, if it can be dialled by what it says: one of these schemes on its usual port, no user or password, and a host of the
 * public internet. What a name leads to is looked at when it is connected to (`checkedLookup`). On loopback any port and scheme will do.
 */
export function reachableUrl(text: string, protocols: readonly string[], reach: Reach): URL | undefined {
  const url = URL.parse(text)
  // Numbers in whatever form (127.1, 0x7f000001, full-width digits) are plain IPv4 addresses by now.
  if (!url || url.username !== '' || url.password !== '') return undefined
  const host = hostOf(url)
  if (reach.loopback && isLoopback(host) && /^https?:$/.test(url.protocol)) return url
  if (!reach.internet || !protocols.includes(url.protocol) || url.port !== '') return undefined
  if (isIP(host) !== 0) return isPublicAddress(host) ? url : undefined
  const name = host.replace(/\.$/, '')
  return name.length <= 253 && name.includes('.') && !localName.test(name) ? url : undefined
}

/** The host of a URL as `node:net` wants it. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/** A name leads to where nothing may be dialled. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused'
}

/** All addresses of a name. @throws Error if there is none, or nobody knows */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>

const resolverOptions = { timeout: 3000, tries: 2 }

/**
 * All addresses of a name, of DNS alone: neither /etc/hosts nor a cluster's search list is asked, and a name server that is slow holds up
 * no thread that others need, as `dns.lookup` would.
 * @throws Error if it has none, or no name server says
 */
export async function resolveAll(
  hostname: string,
  resolver: Resolver = new Resolver(resolverOptions),
): Promise<LookupAddress[]> {
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const found = [
    ...(four.status === 'fulfilled' ? four.value : []).map((address) => ({ address, family: 4 })),
    ...(six.status === 'fulfilled' ? six.value : []).map((address) => ({ address, family: 6 })),
  ]
  if (found.length > 0 || four.status === 'fulfilled') return found
  throw four.reason
}

/**
 * The `lookup` of a connection. What it gives is what is dialled, so nothing can change between the look and the connection. A name with
 * even one address that may not be dialled is refused: it is split horizon or a trick, and which of its addresses answers would be chance.
 */
export function checkedLookup(reach: Reach, resolve: Resolve = resolveAll): LookupFunction {
  const look = callbackify(async (hostname: string) => {
    const found = await resolve(hostname)
    if (found.length > 0 && found.every(({ address }) => isReachable(address, reach))) return found
    throw new AddressRefused('not on the public internet')
  })
  return (hostname, options, done) => {
    look(hostname, (error, found) => {
      if (error) return done(error, [])
      const [first] = found
      return options.all ? done(null, found) : done(null, first!.address, first!.family)
    })
  }
}
