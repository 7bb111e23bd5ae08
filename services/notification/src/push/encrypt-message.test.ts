import { createECDH } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { encryptMessage, isBrowserKeys, maxMessageBytes } from './encrypt-message.ts'

// RFC 8291, section 5 and appendix A
const example = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  privateKey: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  text: 'When I grow up, I want to be a watermelon',
  body:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6' +
    'cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
}

describe('encryption', () => {
  test('is that of the example in RFC 8291', () => {
    const fixed = {
      salt: Buffer.from(example.salt, 'base64url'),
      privateKey: Buffer.from(example.privateKey, 'base64url'),
    }
    expect(encryptMessage(Buffer.from(example.text), example, fixed).toString('base64url')).toBe(example.body)
  })

  test('is another one each time, of at most 4096 bytes', () => {
    const message = Buffer.alloc(maxMessageBytes, 'x')
    const [one, another] = [encryptMessage(message, example), encryptMessage(message, example)]
    expect(one.length).toBe(4096)
    expect(one.equals(another)).toBe(false)
    expect(() => encryptMessage(Buffer.alloc(maxMessageBytes + 1), example)).toThrow(/at most/)
  })
})

test('keys of a browser are a point of the curve and a secret of 16 bytes', () => {
  const browser = createECDH('prime256v1')
  const p256dh = browser.generateKeys().toString('base64url')
  expect(isBrowserKeys({ p256dh, auth: example.auth })).toBe(true)
  expect(isBrowserKeys({ p256dh, auth: 'AAAA' })).toBe(false)
  expect(isBrowserKeys({ p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: example.auth })).toBe(false)
  expect(isBrowserKeys({ p256dh: '', auth: example.auth })).toBe(false)
})
