import { expect, test } from 'vitest'
import { renderMail } from './render-mail.ts'

const publicUrl = 'https://photos.example.org'

test('a mail says the same as text and as HTML, and holds its link in both', () => {
  const link = `${publicUrl}/verify-email?token=dgr_ml_abc`
  const mail = renderMail('confirm-address', { username: 'louise', link }, { publicUrl })
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain(link)
    expect(part).toContain('@louise')
  }
})

test('what people named themselves cannot become markup of a mail', () => {
  const device = '<img src="https://tracker.example/x">'
  const { html } = renderMail('new-sign-in', { username: 'louise', device, at: 'today' }, { publicUrl })
  expect(html).not.toContain('<img')
})

test('no mail fetches anything: neither pictures nor styles nor scripts', () => {
  const link = `${publicUrl}/reset-password?token=x`
  const mails = [
    renderMail('confirm-address', { username: 'a', link }, { publicUrl }),
    renderMail('address-in-use', { username: 'a', holder: 'b' }, { publicUrl }),
    renderMail('reset-password', { username: 'a', link }, { publicUrl }),
    renderMail('password-changed', { username: 'a', at: 'x' }, { publicUrl }),
    renderMail('email-changed', { username: 'a', at: 'x' }, { publicUrl }),
    renderMail('new-sign-in', { username: 'a', device: 'x', at: 'x' }, { publicUrl }),
  ]
  for (const { html, subject } of mails) {
    expect(html, subject).not.toMatch(/<(img|link|script|iframe|style|video|audio)|url\(|src=/i)
  }
})
