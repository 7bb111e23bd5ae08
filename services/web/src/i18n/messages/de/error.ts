import type { error as en } from '../en/error.ts'

export const error = {
  'error.title': 'Das hat nicht geklappt',
  'error.offline':
    'Du bist nicht verbunden. Was du geschrieben hast, ist noch da; versuch es wieder, wenn die Leitung steht.',
  'error.unreachable':
    'Der Server antwortet nicht. Was du geschrieben hast, ist noch da; versuch es gleich noch einmal.',
  'error.busy': 'Der Server ist gerade ausgelastet. Versuch es in Kürze noch einmal.',
  'error.wait':
    'Das war viel auf einmal. {seconds, plural, one {Versuch es in # Sekunde noch einmal.} other {Versuch es in # Sekunden noch einmal.}}',
  'error.waitMinutes':
    'Das war viel auf einmal. {minutes, plural, one {Versuch es in # Minute noch einmal.} other {Versuch es in # Minuten noch einmal.}}',
  'error.waitOver': 'Du kannst es jetzt noch einmal versuchen.',
  'error.slow': 'Es hat zu lange gedauert. Versuch es noch einmal.',
  'error.server': 'Auf dem Server ist etwas kaputtgegangen. Du kannst nichts dafür; versuch es noch einmal.',
  'error.unknown': 'Etwas Unerwartetes ist schiefgegangen. Versuch es noch einmal.',
  'error.signedOut': 'Du bist abgemeldet worden. Melde dich an und versuch es noch einmal.',
  'error.forbidden': 'Das darfst du nicht.',
  'error.notThere': 'Das gibt es nicht mehr.',
  'error.conflict':
    'Jemand hat es inzwischen geändert, vielleicht du in einem anderen Tab. Sieh es dir an und wiederhole, was du möchtest.',
  'error.invalid': 'Etwas daran geht so nicht. Sieh dir an, was markiert ist.',
  'error.invalidField': 'Das geht so nicht.',
  'error.tooLarge': 'Das ist zu groß.',
  'error.unsupported': 'Solche Dateien gehen hier nicht.',
  'error.outdated': 'Die App ist älter als der Server. Lade die Seite neu.',
  'error.reference': 'Wenn du jemandem davon erzählst, nenne diese Nummer: {id}',
  'error.credentials': 'Der Name oder das Passwort stimmt nicht.',
  'error.currentPassword': 'Das ist nicht dein jetziges Passwort.',
  'error.attempts':
    'Zu viele falsche Passwörter. {seconds, plural, one {Versuch es in # Sekunde noch einmal.} other {Versuch es in # Sekunden noch einmal.}}',
  'error.attemptsMinutes':
    'Zu viele falsche Passwörter. {minutes, plural, one {Versuch es in # Minute noch einmal.} other {Versuch es in # Minuten noch einmal.}}',
  'error.emailTaken': 'Mit dieser Adresse gibt es schon ein Konto.',
  'error.linkVoid': 'Dieser Link wurde benutzt, ist abgelaufen, oder es kam ein neuerer. Fordere einen anderen an.',
  'error.mailOff': 'Dieser Server verschickt keine Mails. Frage die, die ihn betreiben.',
  'error.usernameTaken': 'Der Name ist vergeben oder sieht einem vergebenen zu ähnlich.',
  'error.postGone': 'Diesen Beitrag gibt es nicht oder nicht mehr.',
  'error.commentGone': 'Diesen Kommentar gibt es nicht mehr.',
  'error.userGone': 'Niemand heißt so.',
  'error.photoTooLarge': 'Ein Foto darf höchstens 50 MB haben.',
  'error.photoNotReady': 'Das Foto wird noch bearbeitet. Versuch es gleich noch einmal.',
  'error.photoFailed': 'Das Foto konnte nicht gelesen werden. Nimm ein anderes.',
  'error.followSelf': 'Dir selbst kannst du nicht folgen.',
  'error.whoIsThere': 'Bestätige, dass du es bist, und versuch es noch einmal.',
  'error.passwordCommon': 'Dieses Passwort wird mit als erstes ausprobiert. Wähle ein anderes.',
  'error.passwordPersonal': 'In diesem Passwort steckt dein Name oder deine Adresse. Wähle ein anderes.',
  'error.codeWrong': 'Dieser Code stimmt nicht oder wurde schon benutzt. Warte auf den nächsten.',
  'error.challengeVoid': 'Das hat zu lange gedauert. Geh zurück und gib dein Passwort noch einmal ein.',
  'error.passkeyWrong': 'Dieser Passkey ist hier nicht bekannt, oder es hat zu lange gedauert. Versuch es noch einmal.',
  'error.passkeyNone': 'Es wurde kein Passkey verwendet. Versuch es noch einmal oder auf anderem Weg.',
  'error.passkeyKnown': 'Dieser Passkey ist schon da.',
  'error.passkeysMany': 'Es sind höchstens 20 Passkeys möglich. Entferne erst einen.',
  'error.secondFactor': 'Das Passwort genügt hier nicht: Nimm deine Authenticator-App oder einen Passkey.',
} satisfies Record<keyof typeof en, string>
