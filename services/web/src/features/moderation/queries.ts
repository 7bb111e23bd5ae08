import type { components } from '@daguerre/client'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { client } from '../../app/client.ts'
import { byCursor, pageOf } from '../../app/paging.ts'

export type Case = components['schemas']['Case']
export type CaseState = components['schemas']['CaseState']
export type Act = components['schemas']['Act']
export type OwnAct = components['schemas']['OwnAct']
export type ActKind = components['schemas']['ActKind']
export type Applicant = components['schemas']['Applicant']
export type Subject = components['schemas']['Subject']

export type BlockedText = components['schemas']['BlockedText']
export type PhotoBlock = components['schemas']['PhotoBlock']

/** For which people report; a case may also come by itself. */
export const reasons = [
  'spam',
  'nudity',
  'hate',
  'harassment',
  'violence',
  'self_harm',
  'illegal',
  'impersonation',
  'theft',
  'other',
] as const satisfies readonly components['schemas']['ReportReason'][]

export const caseReasons = [
  ...reasons,
  'blocked_photo',
  'blocked_text',
  'external_check',
] as const satisfies readonly components['schemas']['CaseReason'][]

const pageSize = 30
// Others work on it at the same time.
const fresh = { staleTime: 0 }

export interface CaseFilter {
  state?: CaseState
  kind?: Subject['kind']
  reason?: (typeof caseReasons)[number]
}

export function caseList(filter: CaseFilter) {
  return infiniteQueryOptions({
    queryKey: ['moderation', 'cases', filter],
    queryFn: ({ pageParam, signal }) =>
      client.get('/api/v1/moderation/cases', {
        params: { query: { ...pageOf(pageSize, pageParam), ...filter } },
        signal,
      }),
    ...byCursor,
    ...fresh,
  })
}

export function caseById(id: string) {
  return queryOptions({
    queryKey: ['moderation', 'case', id],
    queryFn: ({ signal }) => client.get('/api/v1/moderation/cases/{id}', { params: { path: { id } }, signal }),
    ...fresh,
  })
}

export function accountById(id: string) {
  return queryOptions({
    queryKey: ['moderation', 'account', id],
    queryFn: ({ signal }) => client.get('/api/v1/moderation/accounts/{id}', { params: { path: { id } }, signal }),
    ...fresh,
  })
}

export const openAppeals = infiniteQueryOptions({
  queryKey: ['moderation', 'appeals'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/moderation/appeals', {
      params: { query: { ...pageOf(pageSize, pageParam), state: 'open' } },
      signal,
    }),
  ...byCursor,
  ...fresh,
})

/** Who waits to be let in. */
export const applicants = infiniteQueryOptions({
  queryKey: ['moderation', 'applicants'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/moderation/registrations', { params: { query: pageOf(pageSize, pageParam) }, signal }),
  ...byCursor,
  ...fresh,
})

export function inviterOf(id: string) {
  return queryOptions({
    queryKey: ['moderation', 'inviter', id],
    queryFn: ({ signal }) =>
      client.get('/api/v1/moderation/accounts/{id}/inviter', { params: { path: { id } }, signal }),
  })
}

export const auditLog = infiniteQueryOptions({
  queryKey: ['moderation', 'audit'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/moderation/audit', { params: { query: pageOf(pageSize, pageParam) }, signal }),
  ...byCursor,
  ...fresh,
})

export const blockedTexts = infiniteQueryOptions({
  queryKey: ['moderation', 'blocked-texts'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/moderation/blocked-texts', { params: { query: pageOf(pageSize, pageParam) }, signal }),
  ...byCursor,
  ...fresh,
})

export const photoBlocks = infiniteQueryOptions({
  queryKey: ['moderation', 'photo-blocks'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/moderation/photo-blocks', { params: { query: pageOf(pageSize, pageParam) }, signal }),
  ...byCursor,
  ...fresh,
})

/** What moderators have done about the viewer. */
export const ownActs = infiniteQueryOptions({
  queryKey: ['moderation', 'own'],
  queryFn: ({ pageParam, signal }) =>
    client.get('/api/v1/users/me/acts', { params: { query: pageOf(pageSize, pageParam) }, signal }),
  ...byCursor,
  ...fresh,
})
