import type { Grant, PhotoGrants } from '@daguerre/copies/photo-grants'

/** What the grant in a path says; null without one, if it is over, not for this photo, or its session has ended: public photos are there all the same. */
export async function readGrant(
  { grants, hasEnded }: { grants: PhotoGrants; hasEnded: (sessionId: string) => Promise<boolean> },
  mediaId: string,
  text: string | undefined,
): Promise<Grant | null> {
  const grant = text === undefined ? null : await grants.read(mediaId, text)
  return grant && !(await hasEnded(grant.sessionId)) ? grant : null
}
