import { ApiError, ConnectionError } from '@daguerre/client'
import type { MessageId, Values } from '../i18n/index.tsx'

/** What a person is told of something that failed. */
export interface Described {
  id: MessageId
  values: Values
  /** Seconds after which it makes sense to try again; null where nobody said. */
  waitSeconds: number | null
  /** Whether the same once more may work. */
  mayRepeat: boolean
  /** What helps who runs the server to find out; only of what is the server's fault. */
  reference: string | null
}

const byCode: Record<string, MessageId> = {
  'act.above': 'error.actAbove',
  'act.nothing_to_do': 'error.actNothing',
  'act.self': 'error.actSelf',
  'appeal.made': 'error.appealMade',
  'appeal.own_act': 'error.appealOwn',
  'case.taken': 'error.caseTaken',
  'auth.account_not_found': 'error.accountGone',
  'auth.admin_exists': 'error.adminExists',
  'auth.applicant_not_found': 'error.applicantGone',
  'auth.approval_pending': 'error.approvalPending',
  'auth.invitation_required': 'error.invitationRequired',
  'auth.invitation_void': 'error.invitationVoid',
  'auth.invitations_used': 'error.invitationsUsed',
  'auth.may_not_invite': 'error.mayNotInvite',
  'auth.last_admin': 'error.lastAdmin',
  'auth.credentials_wrong': 'error.credentials',
  'auth.challenge_void': 'error.challengeVoid',
  'auth.code_wrong': 'error.codeWrong',
  'auth.current_password_wrong': 'error.currentPassword',
  'auth.email_taken': 'error.emailTaken',
  'auth.identity_taken': 'error.identityTaken',
  'auth.identity_wrong': 'error.identityWrong',
  'auth.last_way_in': 'error.lastWayIn',
  'auth.provider_not_asked': 'error.providerNotAsked',
  'auth.link_void': 'error.linkVoid',
  'auth.mail_off': 'error.mailOff',
  'auth.passkey_known': 'error.passkeyKnown',
  'auth.passkey_wrong': 'error.passkeyWrong',
  'auth.password_common': 'error.passwordCommon',
  'auth.password_personal': 'error.passwordPersonal',
  'auth.provider_answer_wrong': 'error.visitVoid',
  'auth.provider_away': 'error.providerAway',
  'auth.provider_not_found': 'error.providerAway',
  'auth.visit_void': 'error.visitVoid',
  'auth.newcomer_void': 'error.visitVoid',
  'auth.reauthentication_required': 'error.whoIsThere',
  'auth.second_factor_required': 'error.secondFactor',
  'auth.too_many_passkeys': 'error.passkeysMany',
  'auth.too_many_tokens': 'error.tooManyTokens',
  'auth.username_taken': 'error.usernameTaken',
  'post.not_found': 'error.postGone',
  'comment.not_found': 'error.commentGone',
  'comment.off': 'comment.off',
  'user.not_found': 'error.userGone',
  'moderation.subject_not_found': 'error.notThere',
  'photo_block.nothing_to_compare': 'error.photoPlain',
  'photo_block.not_found': 'error.notThere',
  'follow.self': 'error.followSelf',
  'mention.too_many': 'error.mentionsMany',
  'text.blocked': 'error.textBlocked',
  'blocked_text.known': 'error.textKnown',
  'blocked_text.not_found': 'error.notThere',
  'media.too_large': 'error.photoTooLarge',
  'media.not_ready': 'error.photoNotReady',
  'media.failed': 'error.photoFailed',
  'media.not_found': 'error.photoFailed',
  'media.upload_expired': 'error.slow',
  'request.too_slow': 'error.slow',
  'request.route_not_found': 'error.outdated',
}

/** What WebAuthn says where a person did not want to, or is not to (§5.1.3, §5.1.4). */
const byName: Record<string, MessageId> = {
  NotAllowedError: 'error.passkeyNone',
  InvalidStateError: 'error.passkeyKnown',
}

const byStatus: Record<number, MessageId> = {
  400: 'error.invalid',
  401: 'error.signedOut',
  403: 'error.forbidden',
  404: 'error.notThere',
  408: 'error.slow',
  409: 'error.conflict',
  410: 'error.notThere',
  413: 'error.tooLarge',
  415: 'error.unsupported',
  422: 'error.invalid',
  429: 'error.busy',
  502: 'error.busy',
  503: 'error.busy',
  504: 'error.slow',
}

/** Says in words what went wrong. `left` is how many seconds are still to wait, where the server asked for a pause. */
export function describe(error: unknown, left?: number): Described {
  if (error instanceof ConnectionError) {
    const isOffline = !(globalThis.navigator as Navigator | undefined)?.onLine
    return plain(isOffline ? 'error.offline' : 'error.unreachable', true)
  }
  if (!(error instanceof ApiError))
    return plain(byName[error instanceof Error ? error.name : ''] ?? 'error.unknown', true)
  if (error.status === 429 && byCode[error.code] === undefined) return wait(error, left ?? error.retryAfterSeconds)
  const isServers = error.status >= 500
  const id = byCode[error.code] ?? byStatus[error.status] ?? (isServers ? 'error.server' : 'error.unknown')
  return {
    id,
    values: {},
    waitSeconds: error.retryAfterSeconds,
    mayRepeat: isServers || error.status === 408 || error.status === 401,
    reference: isServers ? error.requestId : null,
  }
}

function plain(id: MessageId, mayRepeat: boolean): Described {
  return { id, values: {}, waitSeconds: null, mayRepeat, reference: null }
}

function wait(error: ApiError, seconds: number | null): Described {
  const rest = { waitSeconds: seconds, mayRepeat: true, reference: null }
  if (seconds === null) return { id: 'error.busy', values: {}, ...rest }
  if (seconds <= 0) return { id: 'error.waitOver', values: {}, ...rest }
  const isSignIn = error.code === 'auth.too_many_attempts'
  if (seconds > 5400) return { id: 'error.waitHours', values: { hours: Math.ceil(seconds / 3600) }, ...rest }
  if (seconds > 90) {
    const id = isSignIn ? 'error.attemptsMinutes' : 'error.waitMinutes'
    return { id, values: { minutes: Math.ceil(seconds / 60) }, ...rest }
  }
  return { id: isSignIn ? 'error.attempts' : 'error.wait', values: { seconds: Math.ceil(seconds) }, ...rest }
}

/**
 * What to say at which field of a form, by the JSON pointer without its `#/`. `texts` has what to say of each field that the
 * form shows; the server's own words are English and for programmers.
 */
export function fieldErrors<Field extends string>(
  error: unknown,
  texts: Record<Field, MessageId>,
): Partial<Record<Field, MessageId>> {
  if (!(error instanceof ApiError)) return {}
  const entries = (Object.keys(texts) as Field[])
    .filter((field) => Object.keys(error.fields).some((at) => at === field || at.startsWith(`${field}/`)))
    .map((field) => [field, byCode[error.code] ?? texts[field]])
  return Object.fromEntries(entries) as Partial<Record<Field, MessageId>>
}

/** Whether somebody has to sign in again, which the frame asks for by itself. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401 && !isWrongPassword(error)
}

function isWrongPassword({ code }: ApiError): boolean {
  return code === 'auth.credentials_wrong' || code === 'auth.current_password_wrong'
}

/** Whether it is there, and who asks may not. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403
}

/** Whether it is not there, or not for who asks. */
export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410)
}
