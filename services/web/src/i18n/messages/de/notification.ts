import type { notification as en } from '../en/notification.ts'

export const notification = {
  'notification.unread': 'Ungelesen:',
  'notification.readAll': 'Alle gelesen',
  'notification.filters': 'Welche Mitteilungen',
  'notification.filter.all': 'Alle',
  'notification.filter.likes': 'Gefällt mir',
  'notification.filter.comments': 'Kommentare',
  'notification.filter.mentions': 'Erwähnungen',
  'notification.filter.follows': 'Follower',
  'notification.filter.posts': 'Beiträge',
  'notification.today': 'Heute',
  'notification.yesterday': 'Gestern',
  'notification.week': 'Diese Woche',
  'notification.earlier': 'Früher',
  'notification.none': 'Noch nichts',
  'notification.noneText':
    'Wenn jemandem etwas gefällt, jemand kommentiert oder dir folgt, liest du es hier. Ein guter Anfang ist, jemandem zu folgen.',
  'notification.noneOfKind': 'Nichts dieser Art',
  'notification.somebody': 'Jemand',
  'notification.followed.one': '<b>{first}</b> folgt dir',
  'notification.followed.two': '<b>{first}</b> und <b>{second}</b> folgen dir',
  'notification.followed.many':
    '<b>{first}</b>, <b>{second}</b> und {others, plural, one {# weitere Person} other {# weitere}} folgen dir',
  'notification.requested.one': '<b>{first}</b> möchte dir folgen',
  'notification.requested.two': '<b>{first}</b> und <b>{second}</b> möchten dir folgen',
  'notification.requested.many':
    '<b>{first}</b>, <b>{second}</b> und {others, plural, one {# weitere Person} other {# weitere}} möchten dir folgen',
  'notification.accepted.one': '<b>{first}</b> lässt dich folgen',
  'notification.accepted.two': '<b>{first}</b> und <b>{second}</b> lassen dich folgen',
  'notification.accepted.many':
    '<b>{first}</b>, <b>{second}</b> und {others, plural, one {# weitere Person} other {# weitere}} lassen dich folgen',
  'notification.posted.one': '<b>{first}</b> hat etwas Neues gepostet',
  'notification.posted.two': '<b>{first}</b> und <b>{second}</b> haben Neues gepostet',
  'notification.posted.many':
    '<b>{first}</b>, <b>{second}</b> und {others, plural, one {# weitere Person} other {# weitere}} haben Neues gepostet',
  'notification.liked.one': '<b>{first}</b> gefällt dein Beitrag',
  'notification.liked.two': '<b>{first}</b> und <b>{second}</b> gefällt dein Beitrag',
  'notification.liked.many':
    '<b>{first}</b>, <b>{second}</b> und {others, plural, one {# weiteren Person} other {# weiteren}} gefällt dein Beitrag',
  'notification.commented.one': '<b>{first}</b> hat deinen Beitrag kommentiert',
  'notification.commented.two': '<b>{first}</b> und <b>{second}</b> haben deinen Beitrag kommentiert',
  'notification.commented.many':
    '<b>{first}</b>, <b>{second}</b> und {others, plural, one {# weitere Person} other {# weitere}} haben deinen Beitrag kommentiert',
  'notification.replied.one': '<b>{first}</b> hat auf deinen Kommentar geantwortet',
  'notification.replied.two': '<b>{first}</b> und <b>{second}</b> haben auf deinen Kommentar geantwortet',
  'notification.replied.many':
    '<b>{first}</b>, <b>{second}</b> und {others, plural, one {# weitere Person} other {# weitere}} haben auf deinen Kommentar geantwortet',
  'notification.mentioned.one': '<b>{first}</b> hat dich erwähnt',
  'notification.mentioned.two': '<b>{first}</b> und <b>{second}</b> haben dich erwähnt',
  'notification.mentioned.many':
    '<b>{first}</b>, <b>{second}</b> und {others, plural, one {# weitere Person} other {# weitere}} haben dich erwähnt',
  'notification.moderated': 'Die Moderation hat etwas entschieden, das dich betrifft',
  'notification.act.hide_post': 'Die Moderation hat einen Beitrag von dir verborgen',
  'notification.act.restore_post': 'Ein Beitrag von dir ist wieder zu sehen',
  'notification.act.remove_post': 'Die Moderation hat einen Beitrag von dir entfernt',
  'notification.act.mark_sensitive': 'Die Moderation hat einen Beitrag von dir als heikel gekennzeichnet',
  'notification.act.unmark_sensitive': 'Ein Beitrag von dir ist nicht mehr als heikel gekennzeichnet',
  'notification.act.remove_comment': 'Die Moderation hat einen Kommentar von dir entfernt',
  'notification.act.warn': 'Die Moderation verwarnt dich',
  'notification.act.suspend': 'Dein Konto war gesperrt',
  'notification.act.ban': 'Dein Konto war endgültig gesperrt',
  'notification.act.lift': 'Dein Konto ist wieder offen',
  'notification.outcome.upheld': 'Dein Einspruch ist beantwortet: Es bleibt dabei',
  'notification.outcome.overturned': 'Dein Einspruch ist beantwortet: Du hattest recht',
} satisfies Record<keyof typeof en, string>
