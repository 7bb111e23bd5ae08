import { isIPv6 } from 'node:net'

/** What one subscriber has: an IPv4 address, or the /64 of an IPv6 one, of which each holds 2^64. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  // `::` stands for zeros, of which there may be more than the first half holds.
  const [head = ''] = address.toLowerCase().split('::')
  const groups = [...head.split(':').filter((group) => group !== ''), '0', '0', '0', '0']
  return groups.slice(0, 4).join(':')
}
