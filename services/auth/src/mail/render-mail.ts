import type { MailText } from './mail-text.ts'
import { accountClosing } from './templates/account-closing.ts'
import { accountClosingSoon } from './templates/account-closing-soon.ts'
import { addressInUse } from './templates/address-in-use.ts'
import { applicationAllowed } from './templates/application-allowed.ts'
import { confirmAddress } from './templates/confirm-address.ts'
import { emailChanged } from './templates/email-changed.ts'
import { factorChanged } from './templates/factor-changed.ts'
import { newSignIn } from './templates/new-sign-in.ts'
import { passwordChanged } from './templates/password-changed.ts'
import { registrationApproved } from './templates/registration-approved.ts'
import { registrationDeclined } from './templates/registration-declined.ts'
import { resetPassword } from './templates/reset-password.ts'

const templates = {
  'account-closing': accountClosing,
  'account-closing-soon': accountClosingSoon,
  'confirm-address': confirmAddress,
  'address-in-use': addressInUse,
  'registration-approved': registrationApproved,
  'registration-declined': registrationDeclined,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  'email-changed': emailChanged,
  'new-sign-in': newSignIn,
  'application-allowed': applicationAllowed,
  'factor-changed': factorChanged,
}

export type TemplateName = keyof typeof templates
export type MailData<Name extends TemplateName> = Parameters<(typeof templates)[Name]>[0]

export interface RenderedMail {
  subject: string
  text: string
  html: string
}

export function isTemplateName(name: string): name is TemplateName {
  return Object.hasOwn(templates, name)
}

/** A mail as plain text and as HTML, which fetches nothing and tells nobody that it is read. */
export function renderMail<Name extends TemplateName>(
  name: Name,
  data: MailData<Name>,
  { publicUrl }: { publicUrl: string },
): RenderedMail {
  const write = templates[name] as (data: MailData<Name>) => MailText
  const { subject, body } = write(data)
  const text = body.map((part) => (typeof part === 'string' ? part : part.link))
  const html = body.map((part) =>
    typeof part === 'string'
      ? `<p>${escape(part)}</p>`
      : `<p><a href="${escape(part.link)}">${escape(part.label)}</a></p><p>${escape(part.link)}</p>`,
  )
  const style = 'font-family:sans-serif;line-height:1.5;max-width:36em'
  return {
    subject,
    text: `${[...text, `-- \n${publicUrl}`].join('\n\n')}\n`,
    html: `<!doctype html><html lang="en"><body style="${style}">${html.join('')}<p>${escape(publicUrl)}</p></body></html>`,
  }
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
