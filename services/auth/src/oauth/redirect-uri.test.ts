import { describe, expect, test } from 'vitest'
import { faultOfRedirectUri, isRegistered, withParameters } from './redirect-uri.ts'

describe('what may be registered', () => {
  test.each([
    'https://print.example.org',
    'https://print.example.org/back?from=daguerre',
    'https://print.example.org:8443/back',
    'http://127.0.0.1/back',
    'http://127.0.0.1:9000/back',
    'http://[::1]/back',
    'http://localhost:3000/back',
  ])('%s', (uri) => expect(faultOfRedirectUri(uri)).toBeNull())

  test.each([
    ['http://print.example.org/back', 'must be https'],
    ['http://127.0.0.1.example.org/back', 'must be https'],
    ['http://127.0.0.1@example.org/back', 'must be https'],
    ['http://localhost:@example.org/back', 'must name a host alone'],
    ['https://user:word@print.example.org/back', 'must name a host alone'],
    ['https:print.example.org/back', 'must name a host alone'],
    ['https:///print.example.org/back', 'must name a host alone'],
    ['https://print.example.org/back#there', 'must have no fragment'],
    ['https://print.example.org\\@evil.example/back', 'is no URL'],
    ['https://print.example.org/ back', 'is no URL'],
    ['https://*.example.org/{path}', 'is no URL'],
    ['https://drück.example.org/', 'is no URL'],
    ['javascript:alert(1)', 'must be https'],
    ['data:text/html,x', 'must be https'],
    ['org.example.print:/back', 'must be https'],
    ['/back', 'is no URL'],
    ['', 'is no URL'],
  ])('%s is not: %s', (uri, fault) => expect(faultOfRedirectUri(uri)).toContain(fault))
})

test('one is taken for another letter by letter, but for the port on the own device', () => {
  const web = ['https://print.example.org/back']
  expect(isRegistered('https://print.example.org/back', web)).toBe(true)
  for (const uri of [
    'https://print.example.org/back/',
    'https://print.example.org/back?x=1',
    'https://print.example.org/back/../evil',
    'https://print.example.org/bac',
    'https://print.example.org/BACK',
    'https://PRINT.example.org/back',
    'https://print.example.org:443/back',
    'https://print.example.org.evil.example/back',
    'https://evil.example/https://print.example.org/back',
    'http://print.example.org/back',
    '',
  ]) {
    expect([uri, isRegistered(uri, web)]).toEqual([uri, false])
  }
  const device = ['http://127.0.0.1/back']
  for (const uri of ['http://127.0.0.1/back', 'http://127.0.0.1:49152/back'])
    expect(isRegistered(uri, device)).toBe(true)
  for (const uri of [
    'http://localhost:49152/back',
    'http://127.0.0.1:49152/back/',
    'http://127.0.0.1:49152@evil.example/back',
    'http://127.0.0.1:x/back',
    'http://127.0.0.1:/back',
    'http://127.0.0.1:65536/back',
    'https://127.0.0.1:49152/back',
  ]) {
    expect([uri, isRegistered(uri, device)]).toEqual([uri, false])
  }
})

test('parameters come behind what is there', () => {
  expect(withParameters('https://a.example/b', { code: 'x y', state: undefined })).toBe('https://a.example/b?code=x+y')
  expect(withParameters('https://a.example/b?c=%20d', { code: 'x' })).toBe('https://a.example/b?c=%20d&code=x')
})
