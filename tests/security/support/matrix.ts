/**
 * What an operation is about, as far as somebody else's is concerned; whom it answers follows from the table of contracts (`visibility`):
 * - `post`, `comment`: one, which is there for whoever sees the post (200, 201, 204) and for nobody else (404)
 * - `photo`: there for whoever sees the post, and for everybody if anybody sees it; `file`: its bytes, to none without a grant unless anybody sees them
 * - `of its author`: a post or comment that its author alone may change: 403 for others who see it, 404 for all else
 * - `taken back`: what one has done with a post oneself, and takes back whether one sees it any more or not
 * - `posts`: a list, in which a post is for nobody but those who see it
 * - `person`: who they are; `tie`: how one stands to them. 404 for whom they block, and of a closed account
 * - `follows`: of a person, as their public posts are seen
 * - `own`: nothing of anybody else's, or what `ownership` says; `anybody`: nothing of anybody's
 */
export type Subject =
  | 'post'
  | 'of its author'
  | 'taken back'
  | 'comment'
  | 'photo'
  | 'file'
  | 'posts'
  | 'person'
  | 'tie'
  | 'follows'
  | 'own'
  | 'anybody'

/** Every operation of the API. One that is missing fails `matrix.test.ts`. */
export const subjects: Record<string, Subject> = {
  getPost: 'post',
  createComment: 'post',
  getCommenting: 'post',
  listComments: 'post',
  likePost: 'post',
  listLikes: 'post',
  savePost: 'post',
  report: 'post',
  unlikePost: 'taken back',
  unsavePost: 'taken back',
  editPost: 'of its author',
  listPostEdits: 'of its author',
  deletePost: 'of its author',
  getComment: 'comment',
  likeComment: 'comment',
  listReplies: 'comment',
  unlikeComment: 'taken back',
  deleteComment: 'of its author',
  releaseComment: 'of its author',
  getMedia: 'photo',
  getMediaFile: 'file',
  getFeed: 'posts',
  getHomeFeed: 'posts',
  getExplore: 'posts',
  listTagPosts: 'posts',
  listUserPosts: 'posts',
  listSaved: 'posts',
  getUser: 'person',
  followUser: 'tie',
  muteUser: 'tie',
  restrictUser: 'tie',
  addCloseFriend: 'tie',
  followUserByBody: 'tie',
  listFollowers: 'follows',
  listFollowing: 'follows',
  ...all(
    'own',
    `deleteAccount takeBackDeletion changeAddress getFactors becomeFirstAdmin logout getOwnAccount addPasskey beginPasskey renamePasskey
     removePasskey beginIdentity addIdentity removeIdentity beginReauthentication changePassword reauthenticate askForOwnPasskey renewRecoveryCodes listSessions endOtherSessions endSession beginTotp removeTotp
     confirmTotp createInvitation listInvitations revokeInvitation createPersonalToken listPersonalTokens revokePersonalToken createApplication listApplications editApplication
     deleteApplication renewApplicationSecret listGrants takeBackGrant authorizeApplication resendConfirmation listRoles changeRole freeAccount importMedia uploadMedia
     startMediaUpload completeMediaUpload createPost earlierCreatePost earlierOwnPosts listNotifications getNotificationPreferences
     editNotificationPreferences getPushState subscribeToPush unsubscribeFromPush readNotifications streamNotifications countUnreadNotifications
     readNotification legacyMyNotifications legacyReadNotification getMe updateMe listBlocked listCloseFriends listMuted listRestricted listHeldComments getHiddenWords setHiddenWords removeCloseFriend
     listFollowRequests acceptFollowRequest declineFollowRequest removeFollower listSuggestions blockUser unblockUser unfollowUser unmuteUser unrestrictUser
     listMyFollowers listMyFollowing search appeal listOwnActs startExport listExports getExport linkExport downloadExport startArchive
     listArchives getArchive putArchivePart completeArchive listArchiveOmissions deleteArchive getMediaImport`,
  ),
  // Of a moderator's office: whatever it is about is theirs to see (`ownership`).
  ...all(
    'own',
    `getAccountStanding act listAppeals answerAppeal listAuditEntries listCases getCase editCase addCaseNote listPhotoBlocks unblockPhoto
     listBlockedTexts blockText unblockText listApplicants approveApplicant declineApplicant getInviter`,
  ),
  ...all(
    'anybody',
    `getJsonWebKeys getRegistrationRules login loginByPasskey askForPasskey completeLogin requestPasswordReset resetPassword refresh register exchangePersonalToken issueTokens revokeTokens getOAuthMetadata
     confirmAddress loginByEmail registerByEmail listProviders beginLoginByProvider loginByProvider registerByProvider`,
  ),
}

function all(subject: Subject, operationIds: string): Record<string, Subject> {
  return Object.fromEntries(operationIds.split(/\s+/).map((id) => [id, subject]))
}
