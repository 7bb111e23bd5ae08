import { type CaughtMail, linkIn, mailsTo, waitForMail } from '@daguerre/kit/testing-mail'
import { system } from '../../setup/system.ts'
import { type Person, signUp } from './people.ts'

function inbox(): string {
  if (system.inbox === null) throw new Error('This system sends no mail.')
  return system.inbox
}

/** The newest mail with this subject, as soon as it has come. */
export function mailTo(person: { email: string }, subject: string): Promise<CaughtMail> {
  return waitForMail(inbox(), person.email, subject)
}

/** All that has come so far. */
export function mailsOf(person: { email: string }): Promise<CaughtMail[]> {
  return mailsTo(inbox(), person.email)
}

/** The link that such a mail has. */
export async function linkTo(person: { email: string }, subject: string): Promise<{ path: string; token: string }> {
  return linkIn(await mailTo(person, subject))
}

/** Somebody new, and the token that confirms their address. */
export async function signUpWithLink(): Promise<{ person: Person; token: string }> {
  const person = await signUp()
  const { token } = await linkTo(person, 'Confirm your e-mail address')
  return { person, token }
}
