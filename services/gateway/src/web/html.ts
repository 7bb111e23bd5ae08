/** Text that is HTML already; everything else is escaped when it is put into some. */
export interface Html {
  readonly text: string
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
}

/** Takes a text for HTML as it is: only for what nobody typed. */
export function htmlOf(text: string): Html {
  return { text }
}

type Value = string | number | Html | null | readonly (Html | null)[]

/** A template whose values are escaped, for texts and for attributes in quotes; null is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { text: strings.map((string, index) => string + shown(values[index] ?? null)).join('') }
}

function shown(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value))
  return 'text' in value ? value.text : value.map((one) => one?.text ?? '').join('')
}
