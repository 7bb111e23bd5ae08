import type { Keys } from '@daguerre/kit/secret'

/** What it takes to make and to check second factors. */
export interface FactorDesk {
  /** Encrypt the secrets of TOTP. */
  sealingKeys: Keys
  relyingParty: RelyingParty
}

/** Whom passkeys are made for (WebAuthn §5.1.2): they work at no other address. */
export interface RelyingParty {
  id: string
  origin: string
}

/** The host that people type, and the address of the web app. */
export function relyingPartyOf({ PUBLIC_URL }: { PUBLIC_URL: string }): RelyingParty {
  const { hostname, origin } = new URL(PUBLIC_URL)
  return { id: hostname, origin }
}
