import { z } from '@hono/zod-openapi'
import { orNull } from './nullable.ts'
import { multilineText } from './text.ts'

export const moderationLimits = {
  reportTextLength: 1000,
  noteLength: 2000,
  reasonLength: 500,
  appealLength: 2000,
  /** Of one person in 24 hours. */
  reportsPerDay: 50,
} as const

export const SubjectKind = z.enum(['post', 'comment', 'account']).openapi('SubjectKind')
export type SubjectKind = z.infer<typeof SubjectKind>

/** What a report or an act is about. */
export const Subject = z.strictObject({ kind: SubjectKind, id: z.uuid().toLowerCase() }).openapi('Subject')
export type Subject = z.infer<typeof Subject>

export const ReportReason = z
  .enum(['spam', 'nudity', 'hate', 'harassment', 'violence', 'self_harm', 'illegal', 'impersonation', 'theft', 'other'])
  .openapi('ReportReason')
export type ReportReason = z.infer<typeof ReportReason>

/** Why there is a case: for a reason that people have, or one that it came by itself for. */
export const CaseReason = z
  .enum([...ReportReason.options, 'blocked_photo', 'blocked_text', 'external_check'])
  .openapi('CaseReason', {
    description:
      '`blocked_photo`: a photo looks like one that moderators have blocked. `blocked_text`: a post has a word or a domain in it for which it is held, `external_check`: what whoever runs this asks about new posts has had it held; `restore_post` lets it through.',
  })
export type CaseReason = z.infer<typeof CaseReason>

export const NewReport = z
  .strictObject({
    subject: Subject,
    reason: ReportReason,
    text: multilineText(moderationLimits.reportTextLength).default(''),
  })
  .openapi('NewReport')
export type NewReport = z.infer<typeof NewReport>

/** Somebody by the name that they had then: pages of moderators need no other service. */
export const Named = z.object({ id: z.uuid(), username: z.string() }).openapi('Named')
export type Named = z.infer<typeof Named>

/** A subject as it was when it was first reported. */
export const Snapshot = z
  .object({
    text: z.string().openapi({ description: 'Caption, comment, or name and biography.' }),
    images: z.array(z.string()).openapi({ description: 'Paths of small pictures.' }),
    postId: z.uuid().nullable().openapi({ description: 'Of a post, and of a comment: where it stands.' }),
    takenAt: z.iso.datetime(),
  })
  .openapi('Snapshot')
export type Snapshot = z.infer<typeof Snapshot>

export const CaseState = z.enum(['open', 'working', 'closed']).openapi('CaseState', {
  description:
    '`working` takes a case, `open` gives it back, `closed` ends it for good: what is reported later is a new case.',
})
export type CaseState = z.infer<typeof CaseState>

/** What is reported of one subject until somebody closes it. */
export const Case = z
  .object({
    id: z.uuid(),
    subject: Subject,
    person: Named,
    state: CaseState,
    assignee: orNull(Named).openapi({ description: 'Who works on it, or has closed it.' }),
    reports: z.int(),
    reasons: z.array(CaseReason),
    snapshot: orNull(Snapshot).openapi({ description: 'null: what it is about has been deleted.' }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .openapi('Case')
export type Case = z.infer<typeof Case>

export const Report = z
  .object({
    reporter: orNull(Named).openapi({ description: 'null: it came by itself.' }),
    reason: CaseReason,
    text: z.string(),
    photo: orNull(
      z.object({ id: z.uuid(), isRefused: z.boolean(), image: z.string().nullable() }).openapi('ReportedPhoto', {
        description:
          'Of `blocked_photo`. A new one was refused, and is gone; of one that was there before `image` is a small picture.',
      }),
    ),
    createdAt: z.iso.datetime(),
  })
  .openapi('Report')
export type Report = z.infer<typeof Report>

export const CaseNote = z
  .object({ id: z.uuid(), author: Named, text: z.string(), createdAt: z.iso.datetime() })
  .openapi('CaseNote')
export type CaseNote = z.infer<typeof CaseNote>

export const NewCaseNote = z
  .strictObject({ text: multilineText(moderationLimits.noteLength, 1) })
  .openapi('NewCaseNote')

export const CaseEdit = z
  .strictObject({
    state: CaseState,
  })
  .openapi('CaseEdit')

export const actKinds = {
  hide_post: 'post',
  restore_post: 'post',
  remove_post: 'post',
  mark_sensitive: 'post',
  unmark_sensitive: 'post',
  remove_comment: 'comment',
  warn: 'account',
  suspend: 'account',
  ban: 'account',
  lift: 'account',
} as const satisfies Record<string, SubjectKind>

export const ActKind = z.enum(Object.keys(actKinds) as [keyof typeof actKinds]).openapi('ActKind')
export type ActKind = z.infer<typeof ActKind>

export const NewAct = z
  .strictObject({
    kind: ActKind,
    subject: Subject,
    reason: multilineText(moderationLimits.reasonLength, 1).openapi({ description: 'The person is told.' }),
    until: z.iso.datetime().nullable().default(null).openapi({ description: 'Of `suspend`, and only of that.' }),
    caseId: z.uuid().toLowerCase().nullable().default(null),
    blockPhotos: z.boolean().default(false).openapi({
      description:
        'Of `remove_post`, and only of that: photos that look like those of the post are refused from now on, whoever brings them.',
    }),
  })
  .refine(({ kind, subject }) => actKinds[kind] === subject.kind, {
    error: 'is done to another kind of subject',
    path: ['subject', 'kind'],
  })
  .refine(({ kind, until }) => (kind === 'suspend') === (until !== null), {
    error: 'belongs to suspend, and only to that',
    path: ['until'],
  })
  .refine(({ kind, blockPhotos }) => !blockPhotos || kind === 'remove_post', {
    error: 'belongs to remove_post, and only to that',
    path: ['blockPhotos'],
  })
  .openapi('NewAct')
export type NewAct = z.infer<typeof NewAct>

export const AppealState = z.enum(['open', 'upheld', 'overturned']).openapi('AppealState', {
  description: 'upheld: the act stands; overturned: it does not.',
})
export type AppealState = z.infer<typeof AppealState>

const appeal = {
  text: z.string(),
  state: AppealState,
  answer: z.string().nullable(),
  createdAt: z.iso.datetime(),
  answeredAt: z.iso.datetime().nullable(),
}

/** An act as the person whom it concerns is told of it: without who did it. */
export const OwnAct = z
  .object({
    id: z.uuid(),
    kind: ActKind,
    subject: Subject,
    reason: z.string(),
    until: z.iso.datetime().nullable(),
    appeal: orNull(z.object(appeal).openapi('OwnAppeal')),
    createdAt: z.iso.datetime(),
  })
  .openapi('OwnAct')
export type OwnAct = z.infer<typeof OwnAct>

/** An act as moderators see it. */
export const Act = OwnAct.extend({
  person: Named,
  moderator: orNull(Named).openapi({ description: 'null: it came by itself, as the end of a suspension does.' }),
  caseId: z.uuid().nullable(),
  appeal: orNull(z.object({ ...appeal, id: z.uuid(), answeredBy: orNull(Named) }).openapi('Appeal')),
}).openapi('Act')
export type Act = z.infer<typeof Act>

export const CaseDetail = z
  .object({ case: Case, reports: z.array(Report), notes: z.array(CaseNote), acts: z.array(Act) })
  .openapi('CaseDetail')
export type CaseDetail = z.infer<typeof CaseDetail>

export const NewAppeal = z
  .strictObject({ actId: z.uuid().toLowerCase(), text: multilineText(moderationLimits.appealLength, 1) })
  .openapi('NewAppeal')
export type NewAppeal = z.infer<typeof NewAppeal>

export const AppealAnswer = z
  .strictObject({
    outcome: z.enum(['upheld', 'overturned']),
    text: multilineText(moderationLimits.reasonLength, 1).openapi({ description: 'The person is told.' }),
  })
  .openapi('AppealAnswer')
export type AppealAnswer = z.infer<typeof AppealAnswer>

/** What is decided about an account where it lives, and told to the audit log. */
export const AccountDecision = z.enum([
  'change_role',
  'become_first_admin',
  'free_account',
  'approve_registration',
  'decline_registration',
])
export type AccountDecision = z.infer<typeof AccountDecision>

/** Why somebody decides about an account: for the audit log. */
export const DecisionReason = multilineText(moderationLimits.reasonLength, 1).openapi({
  description: 'For the audit log of moderation.',
})

/** How an account stands: what `suspend`, `ban` and `lift` change. */
export const Sanction = z.enum(['open', 'suspended', 'banned']).openapi('Sanction')
export type Sanction = z.infer<typeof Sanction>

export const AccountStanding = z
  .object({
    person: Named,
    state: Sanction,
    until: z.iso.datetime().nullable(),
    cases: z.array(Case).openapi({ description: 'About the account and all of its posts and comments, newest first.' }),
    acts: z.array(Act).openapi({ description: 'Newest first.' }),
  })
  .openapi('AccountStanding')
export type AccountStanding = z.infer<typeof AccountStanding>

/** Photos that look like one that was removed are refused. Of that one nothing is kept but what it looks like, in 64 bits. */
export const PhotoBlock = z
  .object({
    id: z.uuid(),
    reason: z.string().openapi({ description: 'Why it was removed; empty once its person has left.' }),
    moderator: Named,
    createdAt: z.iso.datetime(),
  })
  .openapi('PhotoBlock')
export type PhotoBlock = z.infer<typeof PhotoBlock>

/** Names and reasons are not among what is hashed, so that they go when a person does. */
export const AuditEntry = z
  .object({
    sequence: z.int(),
    at: z.iso.datetime(),
    actor: orNull(Named).openapi({ description: 'null: it came by itself. Who has left has an id and no name.' }),
    action: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }),
    reason: z.string().nullable().openapi({ description: 'null: it went with the person whom it was about.' }),
    before: z.record(z.string(), z.unknown()),
    after: z.record(z.string(), z.unknown()),
    hash: z.string().openapi({ description: 'SHA-256, in hex, of the hash before it and this entry.' }),
  })
  .openapi('AuditEntry')
export type AuditEntry = z.infer<typeof AuditEntry>

/** What is said to who knows the password of an account that may not be used; a member of the problem. */
export const Suspension = z
  .object({
    until: z.iso.datetime().nullable().openapi({ description: 'null: for good.' }),
    reason: z.string(),
    actId: z.uuid().openapi({ description: 'By it an appeal can be made without being signed in.' }),
    exportToken: z.string().optional().openapi({
      description:
        'Of a sign-in: an access token with which exports can be made and fetched (`/api/v1/exports`), and nothing else done. It ends as access tokens do; sign in again for another.',
    }),
  })
  .openapi('Suspension')
export type Suspension = z.infer<typeof Suspension>
