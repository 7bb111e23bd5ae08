import type { MessageId } from '../../i18n/index.tsx'
import type { Refusal } from './photo-file.ts'

/** For `<input type="file" accept>`. A system that is asked for image/* alone hides HEIC on some desktops. */
export const accepted = 'image/*,.heic,.heif,.avif'

/** Why a file is not taken, in words. */
export const refusalText: Record<Refusal, MessageId> = {
  empty: 'photo.empty',
  film: 'photo.film',
  'too-large': 'photo.tooLarge',
  'too-many-pixels': 'photo.tooManyPixels',
  'no-picture': 'photo.noPicture',
  unsupported: 'photo.unsupported',
}
