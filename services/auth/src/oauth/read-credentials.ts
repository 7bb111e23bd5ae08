export interface ClientCredentials {
  id: string
  secret: string | undefined
}

/**
 * What an application authenticates itself with: in the form, or by HTTP Basic, where both are encoded as in a form besides (RFC 6749
 * §2.3.1). null: by both ways at once, or by a header that is none of these.
 */
export function readCredentials(
  { client_id: id = '', client_secret: secret }: Readonly<Record<string, string | undefined>>,
  authorization: string | undefined,
): ClientCredentials | null {
  // An empty field is one that is not there.
  if (authorization === undefined) return { id, secret: secret === '' ? undefined : secret }
  const [, encoded] = /^basic +([\w+/-]+=*) *$/i.exec(authorization) ?? []
  if (encoded === undefined || secret !== undefined) return null
  const [name, word] = Buffer.from(encoded, 'base64').toString().split(/:(.*)/s).map(decoded)
  if (name === undefined || name === null || word === undefined || word === null) return null
  return id === '' || id === name ? { id: name, secret: word === '' ? undefined : word } : null
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return null
  }
}
