import type { compose as en } from '../en/compose.ts'

export const compose = {
  'photo.opening': 'Foto wird geöffnet',
  'photo.empty': 'Die Datei ist leer.',
  'photo.film': 'Das ist ein Film. Hier lassen sich nur Fotos teilen.',
  'photo.tooLarge': 'Die Datei ist zu groß: Ein Foto darf höchstens 50 MB haben.',
  'photo.tooManyPixels': 'Das Foto hat zu viele Bildpunkte: höchstens 100 Megapixel sind möglich.',
  'photo.noPicture': 'Diese Datei ist kein Bild.',
  'photo.unsupported': 'Dieser Browser kann solche Bilder nicht lesen. Sichere es als JPEG und wähle das.',
  'photo.failed': 'Das Foto ist beschädigt und lässt sich nicht zeigen. Wähle ein anderes.',
  'photo.truncated': 'Die Datei hört vor ihrem Ende auf. Kopiere sie noch einmal oder wähle eine andere.',
  'crop.frame': 'Rahmen',
  'crop.label': 'Ausschnitt. Verschiebe ihn mit den Pfeiltasten, näher und weiter mit Plus und Minus.',
  'crop.zoom': 'Näher',
  'crop.turn': 'Nach rechts drehen',
  'avatar.title': 'Dein Bild',
  'avatar.choose': 'Bild wählen',
  'avatar.other': 'Anderes Bild',
  'avatar.sending': 'Wird gesichert, {percent} %',
} satisfies Record<keyof typeof en, string>
