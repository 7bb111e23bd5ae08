import type { privacy as en } from '../en/privacy.ts'

export const privacy = {
  'privacy.title': 'Privatsphäre',
  'privacy.titleText': 'Wer deine Beiträge sieht',
  'privacy.private': 'Privates Konto',
  'privacy.privateHint': 'Wer dir folgen will, fragt erst.',
  'privacy.privateText':
    'Nur wer dir folgt, sieht deine Beiträge und wer wem folgt. Wer dir vorher folgte, tut es weiter; auf dem Profil kannst du das beenden.',
  'privacy.openText':
    'Alle sehen deine Beiträge, die für alle sind, angemeldet oder nicht, und wer wem folgt. Beiträge für weniger Menschen bleiben so.',
  'privacy.openTitle': 'Dein Konto öffnen?',
  'privacy.openWarning':
    'Alle sehen deine Beiträge, die für alle sind, auch alte, und wer dir folgen will, folgt dir von jetzt an.',
  'privacy.openYes': 'Öffnen und alle Anfragen annehmen',
  'privacy.requests': 'Folgeanfragen',
  'privacy.requestsText': 'Wer dir folgen will',
  'privacy.requestsIntro':
    'Wen du annimmst, der sieht, was deine Follower sehen. Wen du ablehnst, der erfährt es nicht.',
  'privacy.noRequests': 'Niemand will dir folgen',
  'privacy.noRequestsText': 'Wer fragt, steht hier, bis du antwortest.',
  'privacy.noRequestsOpen': 'Dein Konto ist offen: Alle können dir folgen, ohne zu fragen.',
  'privacy.asking': '{count, plural, one {# Person will dir folgen} other {# Menschen wollen dir folgen}}',
  'privacy.askingMany': 'Mehr als {count} Menschen wollen dir folgen',
  'privacy.accept': 'Annehmen',
  'privacy.decline': 'Ablehnen',
  'privacy.accepted': '{name} folgt dir jetzt.',
  'privacy.declined': 'Die Anfrage von {name} ist abgelehnt.',
  'privacy.asksNoMore': '{name} fragt nicht mehr.',
  'privacy.closeFriends': 'Enge Freunde',
  'privacy.closeFriendsText': 'Wem du mehr zeigst',
  'privacy.closeFriendsIntro':
    'Sie sehen deine Beiträge für enge Freunde, auch alte. Sie erfahren es nicht, und niemand sonst sieht diese Liste.',
  'privacy.noCloseFriends': 'Noch keine engen Freunde',
  'privacy.noCloseFriendsText': 'Suche oben nach Menschen, oder nimm sie auf ihrem Profil auf.',
  'privacy.find': 'Jemanden aufnehmen',
  'privacy.foundNobody': 'Niemand heißt so.',
  'privacy.allFoundAreClose': 'Wer so heißt, steht auf deiner Liste.',
  'privacy.add': 'Aufnehmen',
  'privacy.makeClose': 'Zu den engen Freunden',
  'privacy.isClose': '{name} gehört zu den engen Freunden.',
  'privacy.isNotClose': '{name} gehört nicht mehr zu den engen Freunden.',
  'privacy.blocked': 'Blockiert',
  'privacy.blockedText': 'Wer für dich nicht da ist, und du nicht für sie',
  'privacy.blockedIntro': 'Ihr seht einander nirgends. Sie erfahren es nicht: Für sie gibt es dich nicht.',
  'privacy.nobodyBlocked': 'Niemand ist blockiert',
  'privacy.nobodyBlockedText': 'Blockieren kannst du jemanden auf dem Profil.',
  'privacy.block': 'Blockieren',
  'privacy.unblock': 'Nicht mehr blockieren',
  'privacy.blockTitle': '{name} blockieren?',
  'privacy.blockText':
    'Ihr seht einander nicht mehr: Beiträge, Kommentare, Likes, Mitteilungen. Folgt ihr einander, endet das und kommt mit dem Ende des Blockierens nicht zurück. {name} erfährt nichts davon.',
  'privacy.isBlocked': '{name} ist blockiert.',
  'privacy.isUnblocked': '{name} ist nicht mehr blockiert.',
  'privacy.youBlock': 'Du hast {name} blockiert',
  'privacy.youBlockText':
    'Ihr seht nichts voneinander. Wer vorher wem folgte, folgt nicht mehr, auch wenn du das Blockieren beendest.',
  'privacy.remove': 'Als Follower entfernen',
  'privacy.removeTitle': '{name} als Follower entfernen?',
  'privacy.removeText': '{name} folgt dir nicht mehr, erfährt es nicht und kann dir wieder folgen.',
  'privacy.removeTextPrivate':
    '{name} sieht nicht mehr, was deine Follower sehen, erfährt es nicht und kann wieder fragen.',
  'privacy.removed': '{name} folgt dir nicht mehr.',
  'privacy.isPrivate': 'Dieses Konto ist privat',
  'privacy.isPrivateText': 'Wer {name} folgt, sieht die Fotografien. Frag, und {name} entscheidet.',
  'privacy.isPrivateAsked':
    'Du hast gefragt, ob du {name} folgen darfst. Wenn du angenommen bist, sind die Fotografien hier.',
} satisfies Record<keyof typeof en, string>
