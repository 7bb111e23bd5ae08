import type { Message, Person } from './inbox.ts'

/** The list of messages, which looks for new ones by itself. */
export function listPage(messages: readonly Message[]): string {
  const rows = messages.map(
    ({ ID, To, Subject, Created }) =>
      `<tr><td>${text(Created.replace('T', ' ').slice(0, 19))}</td><td>${text(people(To))}</td><td><a href="/messages/${text(ID)}">${text(Subject)}</a></td></tr>`,
  )
  const table = `<table><tr><th>UTC</th><th>to</th><th>subject</th></tr>${rows.join('')}</table>`
  return page('Inbox', `<h1>Inbox</h1>${rows.length > 0 ? table : '<p>No mail yet.</p>'}`, 5)
}

/** One message, both as text and as HTML. */
export function messagePage({ From, To, Subject, Created, Text, HTML }: Message): string {
  const body = [
    '<p><a href="/">Inbox</a></p>',
    `<h1>${text(Subject)}</h1>`,
    `<p>From ${text(people([From]))} to ${text(people(To))}, ${text(Created)}</p>`,
    `<pre>${withLinks(Text)}</pre>`,
    HTML && `<iframe sandbox="allow-popups" title="As HTML" srcdoc="${text(HTML)}"></iframe>`,
  ]
  return page(Subject, body.join(''))
}

function people(list: readonly Person[]): string {
  return list.map(({ Name, Address }) => (Name ? `${Name} <${Address}>` : Address)).join(', ')
}

function withLinks(plain: string): string {
  return text(plain).replaceAll(/https?:\/\/[^\s<>"']+/g, (url) => `<a href="${url}">${url}</a>`)
}

function text(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

function page(title: string, body: string, refreshSeconds?: number): string {
  const refresh = refreshSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${refreshSeconds}">`
  const style =
    ':root{color-scheme:light dark}body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
    'td,th{text-align:start;padding:.2rem 1rem .2rem 0}pre{white-space:pre-wrap}iframe{width:100%;height:32rem;border:1px solid}'
  return `<!doctype html><html lang="en"><meta charset="utf-8">${refresh}<title>${text(title)}</title><style>${style}</style>${body}</html>`
}
