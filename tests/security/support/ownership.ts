import { document, type Operation } from '../../e2e/support/description.ts'
import { jsonBodyOf } from '../../e2e/support/walk.ts'

/**
 * What somebody gets who names a thing of another:
 * - `seen`: it is public, and shown
 * - `done`: what they do is their own (a like, a follow), about something public
 * - `forbidden`: they may know of it (403)
 * - `hidden`: they may not even know of it (404)
 * - `refused`: the body names what is not theirs to use (404 or 422)
 * - `proof`: what is named comes with a proof that one has it, which is for tests of auth
 */
export type Ownership = 'seen' | 'done' | 'forbidden' | 'hidden' | 'refused' | 'proof'

/** Every operation that takes an id, in its path or its body. One that is missing fails `ownership.test.ts`. */
export const ownership: Record<string, Ownership> = {
  endSession: 'hidden',
  revokePersonalToken: 'hidden',
  editApplication: 'hidden',
  deleteApplication: 'hidden',
  renewApplicationSecret: 'hidden',
  takeBackGrant: 'hidden',
  changeRole: 'forbidden',
  revokeInvitation: 'hidden',
  approveApplicant: 'forbidden',
  declineApplicant: 'forbidden',
  getInviter: 'forbidden',
  freeAccount: 'forbidden',
  renamePasskey: 'hidden',
  removePasskey: 'hidden',
  removeIdentity: 'hidden',
  addPasskey: 'proof',
  loginByPasskey: 'proof',
  completeLogin: 'proof',
  reauthenticate: 'proof',
  getComment: 'seen',
  deleteComment: 'forbidden',
  releaseComment: 'forbidden',
  likeComment: 'done',
  unlikeComment: 'done',
  listReplies: 'seen',
  completeMediaUpload: 'hidden',
  getMedia: 'seen',
  getExport: 'hidden',
  linkExport: 'hidden',
  downloadExport: 'hidden',
  getArchive: 'hidden',
  putArchivePart: 'hidden',
  completeArchive: 'hidden',
  listArchiveOmissions: 'hidden',
  deleteArchive: 'hidden',
  readNotifications: 'refused',
  readNotification: 'hidden',
  createPost: 'refused',
  getPost: 'seen',
  editPost: 'forbidden',
  deletePost: 'forbidden',
  createComment: 'done',
  getCommenting: 'seen',
  listComments: 'seen',
  listPostEdits: 'forbidden',
  likePost: 'done',
  unlikePost: 'done',
  listLikes: 'seen',
  savePost: 'done',
  unsavePost: 'done',
  listTagPosts: 'seen',
  updateMe: 'refused',
  getUser: 'seen',
  followUser: 'done',
  unfollowUser: 'done',
  listFollowers: 'seen',
  listFollowing: 'seen',
  acceptFollowRequest: 'hidden',
  declineFollowRequest: 'hidden',
  removeFollower: 'done',
  addCloseFriend: 'done',
  removeCloseFriend: 'done',
  blockUser: 'done',
  unblockUser: 'done',
  muteUser: 'done',
  unmuteUser: 'done',
  restrictUser: 'done',
  unrestrictUser: 'done',
  listUserPosts: 'seen',
  getMediaFile: 'seen',
  legacyReadNotification: 'hidden',
  earlierCreatePost: 'refused',
  followUserByBody: 'done',
  report: 'done',
  appeal: 'hidden',
  getCase: 'forbidden',
  editCase: 'forbidden',
  addCaseNote: 'forbidden',
  act: 'forbidden',
  getAccountStanding: 'forbidden',
  answerAppeal: 'forbidden',
  unblockPhoto: 'forbidden',
  unblockText: 'forbidden',
}

const idInBody = /^id$|Ids?(?=$|[A-Z])|^upTo$|^mediaUrl$/

/** Whether a request of this operation names a thing that may be somebody else's. */
export function takesId(operation: Operation): boolean {
  if (operation.parameters?.some((parameter) => parameter.in === 'path')) return true
  return JSON.stringify(jsonBodyOf(operation) ?? {}, (name, value: unknown) =>
    name === '$ref' ? resolved(value) : value,
  )
    .matchAll(/"(\w+)":\{/g)
    .some(([, name = '']) => idInBody.test(name))
}

function resolved(reference: unknown): unknown {
  return document.components.schemas[String(reference).replace('#/components/schemas/', '')]
}
