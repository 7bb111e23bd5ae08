import type { components } from '@daguerre/client'
import { client } from '../../app/client.ts'

type Assertion = components['schemas']['PasskeyAssertion']
type Credential = components['schemas']['PasskeyCredential']
type Options = components['schemas']['PasskeyOptions']

/** Whether this browser, at this address, knows of passkeys. */
export function canUsePasskeys(): boolean {
  return typeof globalThis.PublicKeyCredential === 'function'
}

/** What most pages do without. */
function library() {
  return import('@simplewebauthn/browser')
}

type CreationOptions = Parameters<Awaited<ReturnType<typeof library>>['startRegistration']>[0]['optionsJSON']

/** Has the browser make a passkey for the viewer. @throws DOMException-like errors of WebAuthn where its owner does not want it */
export async function makePasskey(): Promise<Credential> {
  const [{ startRegistration }, options] = await Promise.all([library(), client.post('/api/v1/auth/passkeys/options')])
  const { id, response } = await startRegistration({ optionsJSON: options as unknown as CreationOptions })
  const { clientDataJSON, attestationObject, transports = [] } = response
  return { id, clientDataJSON, attestationObject, transports }
}

/** Has the browser sign with a passkey. @throws as `makePasskey` */
export async function signWithPasskey(asked: Promise<Options>): Promise<Assertion> {
  const [{ startAuthentication }, options] = await Promise.all([library(), asked])
  return assertionOf(await startAuthentication({ optionsJSON: options }))
}

/**
 * Has the browser offer passkeys where a name is typed, if it can. Resolves when one was chosen; null: it cannot, or the page was left
 * or wants one in another way.
 */
export async function offerPasskeys(): Promise<Assertion | null> {
  if (!canUsePasskeys()) return null
  try {
    const { browserSupportsWebAuthnAutofill, startAuthentication } = await library()
    if (!(await browserSupportsWebAuthnAutofill())) return null
    const options = await client.post('/api/v1/auth/login/passkey/options', { body: {} })
    return assertionOf(
      await startAuthentication({
        optionsJSON: options,
        useBrowserAutofill: true,
        verifyBrowserAutofillInput: false,
      }),
    )
  } catch {
    return null
  }
}

/** Takes back what was offered. */
export async function withdrawPasskeys(): Promise<void> {
  if (canUsePasskeys()) (await library()).WebAuthnAbortService.cancelCeremony()
}

function assertionOf({
  id,
  response,
}: {
  id: string
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string }
}): Assertion {
  const { clientDataJSON, authenticatorData, signature, userHandle } = response
  return { id, clientDataJSON, authenticatorData, signature, ...(userHandle ? { userHandle } : {}) }
}
