import { isIPv6 } from 'node:net'

type Value = string | number | { [key: string]: Value }

/** A file in MaxMind's format (https://maxmind.github.io/MaxMind-DB/) with a record for each of these addresses, IPv4 or the first half of IPv6, and for nothing else. */
export function mmdbOf(records: Record<string, Value>): Buffer {
  const nodes: [number, number][] = [[0, 0]]
  const offsets: { node: number; bit: 0 | 1; offset: number }[] = []
  const data: Buffer[] = []
  let dataBytes = 0
  for (const [address, value] of Object.entries(records)) {
    const bits = bitsOf(address)
    let node = 0
    for (const bit of bits.slice(0, -1)) {
      nodes[node]![bit] ||= nodes.push([0, 0]) - 1
      node = nodes[node]![bit]
    }
    offsets.push({ node, bit: bits.at(-1)!, offset: dataBytes })
    const encoded = encode(value)
    data.push(encoded)
    dataBytes += encoded.length
  }
  // No node leads back to the first: what is 0 is nowhere, which is said by the number of nodes.
  const count = nodes.length
  const pointers = nodes.map((node) => node.map((next) => next || count))
  // Behind the tree are 16 bytes of nothing, then the data.
  for (const { node, bit, offset } of offsets) pointers[node]![bit] = count + 16 + offset
  const tree = Buffer.concat(
    pointers.flat().map((pointer) => {
      const record = Buffer.alloc(4)
      record.writeUInt32BE(pointer)
      return record.subarray(1)
    }),
  )
  const metadata = encode({
    node_count: count,
    record_size: 24,
    ip_version: 6,
    database_type: 'Test-City',
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
  })
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), metadata])
}

/** IPv4 lies in the first of the IPv6 addresses, of which networks of 64 bits are told apart. */
function bitsOf(address: string): (0 | 1)[] {
  const bytes = isIPv6(address)
    ? Buffer.from(
        address
          .split('::')[0]!
          .split(':')
          .map((group) => group.padStart(4, '0'))
          .join('')
          .padEnd(16, '0'),
        'hex',
      )
    : Buffer.from([...Array<number>(12).fill(0), ...address.split('.').map(Number)])
  return [...bytes].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => ((byte >> (7 - bit)) & 1) as 0 | 1))
}

function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value)
    return Buffer.concat([header(2, text.length), text])
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(value)
    return Buffer.concat([header(6, 4), bytes])
  }
  const entries = Object.entries(value)
  return Buffer.concat([header(7, entries.length), ...entries.flatMap(([key, inner]) => [encode(key), encode(inner)])])
}

function header(type: number, size: number): Buffer {
  if (size > 28) throw new Error('The tests write nothing as long as that.')
  return Buffer.from([(type << 5) | size])
}
