export const comment = {
  'comment.title': 'Comments',
  'comment.label': 'Your comment',
  'comment.placeholder': 'Say something',
  'comment.send': 'Send',
  'comment.signIn': 'Sign in to comment',
  'comment.reply': 'Reply',
  'comment.replyTo': 'To {name}',
  'comment.noReply': 'Do not reply to this comment',
  'comment.like':
    '{count, plural, =0 {Like the comment by {name}} one {Like the comment by {name}, {shown} like} other {Like the comment by {name}, {shown} likes}}',
  'comment.delete': 'Delete',
  'comment.deleteTitle': 'Delete this comment?',
  'comment.deleteText':
    '{count, plural, =0 {It is gone for everybody. This cannot be undone.} one {It is gone for everybody, and with it one reply. This cannot be undone.} other {It is gone for everybody, and with it # replies. This cannot be undone.}}',
  'comment.deleteYes': 'Delete for good',
  'comment.showReplies': '{count, plural, one {Show one reply} other {Show # replies}}',
  'comment.hideReplies': '{count, plural, one {Hide the reply} other {Hide the replies}}',
  'comment.moreReplies': 'More replies',
  'comment.none': 'Nobody has said anything yet.',
  'comment.sending': 'Sending …',
  'comment.notSent': 'Not sent.',
  'comment.discard': 'Discard',
}
