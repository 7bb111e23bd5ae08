export const notification = {
  'notification.unread': 'Unread:',
  'notification.readAll': 'Mark all read',
  'notification.filters': 'Which notifications',
  'notification.filter.all': 'All',
  'notification.filter.likes': 'Likes',
  'notification.filter.comments': 'Comments',
  'notification.filter.mentions': 'Mentions',
  'notification.filter.follows': 'Follows',
  'notification.filter.posts': 'Posts',
  'notification.today': 'Today',
  'notification.yesterday': 'Yesterday',
  'notification.week': 'This week',
  'notification.earlier': 'Earlier',
  'notification.none': 'Nothing yet',
  'notification.noneText':
    'When somebody likes, comments or follows, you read it here. A good beginning is to follow somebody.',
  'notification.noneOfKind': 'Nothing of this kind',
  'notification.somebody': 'Somebody',
  'notification.followed.one': '<b>{first}</b> follows you',
  'notification.followed.two': '<b>{first}</b> and <b>{second}</b> follow you',
  'notification.followed.many':
    '<b>{first}</b>, <b>{second}</b> and {others, plural, one {# other} other {# others}} follow you',
  'notification.posted.one': '<b>{first}</b> has a new post',
  'notification.posted.two': '<b>{first}</b> and <b>{second}</b> have new posts',
  'notification.posted.many':
    '<b>{first}</b>, <b>{second}</b> and {others, plural, one {# other} other {# others}} have new posts',
  'notification.liked.one': '<b>{first}</b> likes your post',
  'notification.liked.two': '<b>{first}</b> and <b>{second}</b> like your post',
  'notification.liked.many':
    '<b>{first}</b>, <b>{second}</b> and {others, plural, one {# other} other {# others}} like your post',
  'notification.commented.one': '<b>{first}</b> commented on your post',
  'notification.commented.two': '<b>{first}</b> and <b>{second}</b> commented on your post',
  'notification.commented.many':
    '<b>{first}</b>, <b>{second}</b> and {others, plural, one {# other} other {# others}} commented on your post',
  'notification.replied.one': '<b>{first}</b> replied to your comment',
  'notification.replied.two': '<b>{first}</b> and <b>{second}</b> replied to your comment',
  'notification.replied.many':
    '<b>{first}</b>, <b>{second}</b> and {others, plural, one {# other} other {# others}} replied to your comment',
  'notification.mentioned.one': '<b>{first}</b> mentioned you',
  'notification.mentioned.two': '<b>{first}</b> and <b>{second}</b> mentioned you',
  'notification.mentioned.many':
    '<b>{first}</b>, <b>{second}</b> and {others, plural, one {# other} other {# others}} mentioned you',
}
