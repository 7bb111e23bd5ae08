import type { comment as en } from '../en/comment.ts'

export const comment = {
  'comment.title': 'Kommentare',
  'comment.label': 'Dein Kommentar',
  'comment.placeholder': 'Sag etwas',
  'comment.send': 'Senden',
  'comment.signIn': 'Anmelden und kommentieren',
  'comment.reply': 'Antworten',
  'comment.replyTo': 'An {name}',
  'comment.noReply': 'Nicht auf diesen Kommentar antworten',
  'comment.like':
    '{count, plural, =0 {Der Kommentar von {name} gefällt mir} one {Der Kommentar von {name} gefällt mir, bisher einer Person} other {Der Kommentar von {name} gefällt mir, bisher {shown} Personen}}',
  'comment.heldByRestriction': 'Zurückgehalten, weil du einschränkst, wer es schrieb',
  'comment.heldByWords': 'Zurückgehalten wegen eines Wortes, das du verbirgst',
  'comment.release': 'Freigeben',
  'comment.released': 'Der Kommentar ist für alle da.',
  'comment.delete': 'Löschen',
  'comment.deleteTitle': 'Diesen Kommentar löschen?',
  'comment.deleteText':
    '{count, plural, =0 {Er ist dann für alle fort. Das lässt sich nicht rückgängig machen.} one {Er ist dann für alle fort, und mit ihm eine Antwort. Das lässt sich nicht rückgängig machen.} other {Er ist dann für alle fort, und mit ihm # Antworten. Das lässt sich nicht rückgängig machen.}}',
  'comment.deleteYes': 'Endgültig löschen',
  'comment.showReplies': '{count, plural, one {Eine Antwort zeigen} other {# Antworten zeigen}}',
  'comment.hideReplies': '{count, plural, one {Antwort verbergen} other {Antworten verbergen}}',
  'comment.moreReplies': 'Weitere Antworten',
  'comment.gone': 'Wer das gesagt hat, ist nicht mehr da.',
  'comment.none': 'Noch hat niemand etwas gesagt.',
  'comment.sending': 'Wird gesendet …',
  'comment.notSent': 'Nicht gesendet.',
  'comment.discard': 'Verwerfen',
} satisfies Record<keyof typeof en, string>
