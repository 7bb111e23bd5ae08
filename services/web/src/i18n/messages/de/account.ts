import type { account as en } from '../en/account.ts'

export const account = {
  'account.welcome': 'Willkommen zurück',
  'account.signInFirst': 'Melde dich an, dann geht es weiter, wohin du wolltest.',
  'account.noAccount': 'Neu hier? <register>Konto anlegen</register>',
  'account.haveAccount': 'Schon ein Konto? <login>Anmelden</login>',
  'account.login': 'Benutzername oder E-Mail-Adresse',
  'account.loginMissing': 'Gib deinen Benutzernamen oder deine E-Mail-Adresse ein.',
  'account.email': 'E-Mail-Adresse',
  'account.emailHint': 'Niemand sonst sieht sie.',
  'account.emailMissing': 'Gib deine E-Mail-Adresse ein.',
  'account.emailWrong': 'Das sieht nicht wie eine E-Mail-Adresse aus, etwa louise@example.org.',
  'account.username': 'Benutzername',
  'account.usernameHint':
    'Darunter finden dich andere: Buchstaben a–z, Ziffern, dazwischen einzelne Punkte oder Unterstriche.',
  'account.usernameMissing': 'Such dir einen Benutzernamen aus.',
  'account.usernameWrong': '3 bis 30 Zeichen: Buchstaben a–z, Ziffern, dazwischen einzelne Punkte oder Unterstriche.',
  'account.usernameRefused': 'Dieser Name geht nicht. Such dir einen anderen aus.',
  'account.password': 'Passwort',
  'account.passwordHint': 'Mindestens 8 Zeichen. Gut sind ein paar Wörter, die nur du so zusammenstellst.',
  'account.passwordMissing': 'Gib ein Passwort ein.',
  'account.passwordShort': 'Mindestens 8 Zeichen.',
  'account.passwordLong': 'Höchstens 200 Zeichen.',
  'account.showPassword': 'Zeigen, was du tippst',
} satisfies Record<keyof typeof en, string>
