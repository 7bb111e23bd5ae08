import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { urlsOfTheInside } from './testing-urls.ts'
import { AddressRefused, checkedLookup, isPublicAddress, reachableUrl, resolveAll } from './public-internet.ts'

const internet = { internet: true, loopback: false }
const loopback = { internet: false, loopback: true }
const web = ['http:', 'https:']

describe('addresses', () => {
  test.each([
    ...['8.8.8.8', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '9.255.255.255', '11.0.0.0'],
    ...['192.0.1.0', '192.0.3.0', '198.17.255.255', '198.20.0.0', '223.255.255.255', '126.255.255.255', '128.0.0.0'],
    ...['2606:4700::1111', '2a00:1450:4001::200e', '2001:200::1', '2001:4860:4860::8888', '64:ff9b::808:808'],
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true))

  test.each([
    // Its first, its last and one in between, of each special range of RFC 6890.
    ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.1.2.3', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
    ...['127.0.0.0', '127.0.0.1', '127.8.8.8', '127.255.255.255', '169.254.0.0', '169.254.169.254', '169.254.255.255'],
    ...['172.16.0.0', '172.31.255.255', '192.0.0.0', '192.0.0.170', '192.0.0.255', '192.0.2.1', '192.88.99.1'],
    ...['192.168.0.0', '192.168.255.255', '198.18.0.0', '198.19.255.255', '198.51.100.7', '203.0.113.7'],
    ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::2', '::127.0.0.1', '::808:808', 'fe80::1', 'febf::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254'],
    ...['ff02::1', 'ff0e::1', '100::1', '5f00::1', '2001::1', '2001:2::1', '2001:20::1', '2001:1ff:ffff::1'],
    ...['2001:db8::1', '2001:DB8::1', '3fff::1', '3fff:fff::1', '2002:a00:1::1', '2002:808:808::1'],
    // IPv4 in IPv6: mapped, translated, by NAT64 and NAT64 of one's own.
    ...['::ffff:10.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::FFFF:127.0.0.1', '0:0:0:0:0:ffff:7f00:1'],
    ...['::ffff:0:7f00:1', '64:ff9b::a00:1', '64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::808:808'],
    // Of a link, and what is none.
    ...['fe80::1%eth0', '2606:4700::1111%1', 'x', '', '127.1', '0x7f000001', '2130706433', '8.8.8.8 ', '[::1]'],
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))
})

describe('URLs', () => {
  test.each([
    'https://photos.example.net/a.jpg',
    'http://photos.example.net/a.jpg',
    'https://photos.example.net:443/a.jpg',
    'http://photos.example.net:80/a.jpg',
    'https://photos.example.net./a.jpg',
    'https://bücher.example.net/a.jpg',
    'https://localhost.example.net/a.jpg',
    'https://8.8.8.8/a.jpg',
    'https://[2606:4700::1111]/a.jpg',
    'https://photos.example.net/?u=http://127.0.0.1/#@127.0.0.1',
    'https://photos.example.net/@127.0.0.1',
    'http://photos.example.net\\@127.0.0.1:80\\@x/',
  ])('%s may be dialled, by its name', (url) => expect(reachableUrl(url, web, internet)).toBeInstanceOf(URL))

  test.each(urlsOfTheInside)('%s may not', (url) => expect(reachableUrl(url, web, internet)).toBeUndefined())

  test('a long one is judged as others are', () => {
    const path = 'x'.repeat(100_000)
    expect(reachableUrl(`https://photos.example.net/${path}`, web, internet)).toBeInstanceOf(URL)
    expect(reachableUrl(`http://127.0.0.1/${path}`, web, internet)).toBeUndefined()
  })

  test('only the schemes that are asked for', () => {
    expect(reachableUrl('http://photos.example.net/', ['https:'], internet)).toBeUndefined()
  })

  test('tests may use this machine, on any port, and nothing else than that', () => {
    expect(reachableUrl('http://127.0.0.1:4000/x', web, loopback)).toBeInstanceOf(URL)
    expect(reachableUrl('http://[::1]:4000/x', web, loopback)).toBeInstanceOf(URL)
    for (const url of [
      'http://10.0.0.1/x',
      'http://127.0.0.2/x',
      'https://photos.example.net/x',
      'http://a@127.0.0.1/',
    ]) {
      expect(reachableUrl(url, web, loopback)).toBeUndefined()
    }
  })
})

describe('the lookup of a connection', () => {
  function of(...addresses: string[]) {
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }

  function look(addresses: string[], all = true): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const lookup = checkedLookup(internet, () => Promise.resolve(of(...addresses)))
      lookup('photos.example.net', { all }, (error, found) => (error ? reject(error) : resolve(found)))
    })
  }

  test('gives all addresses of a public name', async () => {
    expect(await look(['8.8.8.8', '2606:4700::1111'])).toEqual(of('8.8.8.8', '2606:4700::1111'))
    expect(await look(['8.8.8.8', '8.8.4.4'], false)).toBe('8.8.8.8')
  })

  test.each([
    [['127.0.0.1']],
    [['::1']],
    [['169.254.169.254']],
    [['::ffff:10.0.0.1']],
    // One is enough, wherever it stands.
    [['8.8.8.8', '10.0.0.1']],
    [['10.0.0.1', '8.8.8.8']],
    [['8.8.8.8', 'fd00::1']],
    [[]],
  ])('refuses a name that leads to %j', async (addresses) => {
    await expect(look(addresses)).rejects.toBeInstanceOf(AddressRefused)
    await expect(look(addresses, false)).rejects.toBeInstanceOf(AddressRefused)
  })

  test('says what the name server says', async () => {
    const lookup = checkedLookup(internet, () => Promise.reject(new Error('ENOTFOUND')))
    const asked = new Promise((_, reject) => lookup('photos.example.net', { all: true }, (error) => reject(error)))
    await expect(asked).rejects.toThrow('ENOTFOUND')
  })

  test('is asked once a connection, which goes to what it gave', async () => {
    const server = createServer((socket) => socket.end('here'))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const answers = [of('127.0.0.1'), of('10.0.0.1')]
    let asked = 0
    const lookup = checkedLookup(loopback, () => Promise.resolve(answers[asked++] ?? []))
    const { port } = server.address() as AddressInfo
    const socket = connect({ host: 'rebind.example.net', port, lookup })
    expect(String((await once(socket, 'data'))[0])).toBe('here')
    expect([asked, socket.remoteAddress]).toEqual([1, '127.0.0.1'])
    const second = connect({ host: 'rebind.example.net', port, lookup })
    expect((await once(second, 'error'))[0]).toBeInstanceOf(AddressRefused)
    socket.destroy()
    server.close()
  })
})

describe('the addresses of a name', () => {
  /** Asks a name server of the test's own. @param records by type (RFC 1035): 1 is A, 28 is AAAA; none: the server fails */
  async function resolved(records: Record<number, number[][]>) {
    const server = createSocket('udp4')
    server.on('message', (question, { port, address }) => {
      const type = question.readUInt16BE(question.indexOf(0, 12) + 1)
      const answers = records[type]?.map((data) => {
        const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length])
        return Buffer.concat([head, Buffer.from(data)])
      })
      const reply = Buffer.concat([question.subarray(0, question.indexOf(0, 12) + 5), ...(answers ?? [])])
      reply.writeUInt16BE(answers ? 0x8180 : 0x8182, 2)
      reply.set([0, 1, 0, answers?.length ?? 0, 0, 0, 0, 0], 4)
      server.send(reply, port, address)
    })
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    const resolver = new Resolver({ timeout: 1000, tries: 1 })
    resolver.setServers([`127.0.0.1:${server.address().port}`])
    return resolveAll('photos.example.net', resolver).finally(() => server.close())
  }
  const six = [0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x11, 0x11]

  test('are those of IPv4 and of IPv6, all of them', async () => {
    expect(
      await resolved({
        1: [
          [8, 8, 8, 8],
          [10, 0, 0, 1],
        ],
        28: [six],
      }),
    ).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ])
  })

  test('may be of one kind alone, also if the server fails at the other', async () => {
    expect(await resolved({ 1: [[8, 8, 8, 8]], 28: [] })).toEqual([{ address: '8.8.8.8', family: 4 }])
    expect(await resolved({ 1: [[8, 8, 8, 8]] })).toEqual([{ address: '8.8.8.8', family: 4 }])
    expect(await resolved({ 28: [six] })).toEqual([{ address: '2606:4700::1111', family: 6 }])
  })

  test('or there are none', async () => {
    await expect(resolved({ 1: [], 28: [] })).rejects.toThrow('ENODATA')
    await expect(resolved({})).rejects.toThrow('ESERVFAIL')
  })
})
