import type { MessageId } from '../../i18n/index.tsx'

/** The rules of the server, in code points. */
export const profileLimits = { displayName: 50, bio: 500, website: 200 } as const

export function codePoints(text: string): number {
  return Array.from(text).length
}

export function checkDisplayName(name: string): MessageId | undefined {
  if (name.trim() === '') return 'settings.displayNameMissing'
  return codePoints(name.trim()) > profileLimits.displayName ? 'settings.displayNameWrong' : undefined
}

export function checkBio(bio: string): MessageId | undefined {
  return codePoints(bio) > profileLimits.bio ? 'settings.bioLong' : undefined
}

/** What was typed as a whole address: people leave `https://` out. Null for nothing. */
export function websiteOf(typed: string): string | null {
  const text = typed.trim()
  if (text === '') return null
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
}

export function checkWebsite(typed: string): MessageId | undefined {
  const website = websiteOf(typed)
  if (website === null) return undefined
  if (codePoints(website) > profileLimits.website || /\s/.test(website)) return 'settings.websiteWrong'
  try {
    const { protocol, hostname, username, password } = new URL(website)
    const isOne = /^https?:$/.test(protocol) && hostname.includes('.') && username + password === ''
    return isOne ? undefined : 'settings.websiteWrong'
  } catch {
    return 'settings.websiteWrong'
  }
}
