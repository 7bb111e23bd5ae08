/** A mail before it has a form: paragraphs, and a link where something is to be done. */
export interface MailText {
  subject: string
  body: (string | { label: string; link: string })[]
}

/** A time as mails say it. */
export function mailTime(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' at ')} UTC`
}
