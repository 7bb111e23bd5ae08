import { describe, expect, test } from 'vitest'
import { isPublicAddress, isPublicEndpoint } from './public-address.ts'

describe('addresses', () => {
  test.each(['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.255.255', '2606:4700::1111', '2a00:1450:4001::200e'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )

  test.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '127.8.8.8',
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.255',
    ],
    ...['192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd00::1', 'ff02::1'],
    ...['::ffff:10.0.0.1', '::ffff:7f00:1', '64:ff9b::a00:1', '2002:a00:1::1', '2001::1', '2001:db8::1', 'x', ''],
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))
})

describe('endpoints', () => {
  const strict = { loopback: false }

  test.each([
    'https://fcm.googleapis.com/fcm/send/abc:def',
    'https://updates.push.services.mozilla.com/wpush/v2/x',
    'https://web.push.apple.com/x',
    'https://8.8.8.8/x',
    'https://push.example.net:443/x',
  ])('%s may be sent to', (endpoint) => expect(isPublicEndpoint(endpoint, strict)).toBe(true))

  test.each([
    'http://push.example.net/x',
    'https://push.example.net:8443/x',
    'https://user:secret@push.example.net/x',
    'https://localhost/x',
    'https://redis/x',
    'https://daguerre-auth.daguerre.svc.cluster.local/x',
    'https://metadata.google.internal/x',
    'https://127.0.0.1/x',
    'https://127.1/x',
    'https://0x7f000001/x',
    'https://2130706433/x',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://10.0.0.1/x',
    'ftp://push.example.net/x',
    'no address',
  ])('%s may not', (endpoint) => expect(isPublicEndpoint(endpoint, strict)).toBe(false))

  test('tests may use this machine, and nothing else than that', () => {
    const loose = { loopback: true }
    expect(isPublicEndpoint('http://127.0.0.1:4000/x', loose)).toBe(true)
    expect(isPublicEndpoint('http://10.0.0.1/x', loose)).toBe(false)
    expect(isPublicEndpoint('http://push.example.net/x', loose)).toBe(false)
  })
})
