import type { MessageId } from '../../i18n/index.tsx'

const words: Record<string, MessageId> = {
  'media.failed': 'photo.failed',
  'media.too_large': 'photo.tooLarge',
  'mention.too_many': 'error.mentionsMany',
  'text.blocked': 'error.textBlocked',
  'photo.lost': 'photo.lost',
  'photo.failed': 'photo.failed',
  'photo.processing_failed': 'photo.failed',
  'photo.not_an_image': 'photo.noPicture',
  'photo.unsupported_type': 'photo.unsupportedThere',
  'photo.truncated': 'photo.truncated',
  'photo.too_many_pixels': 'photo.tooManyPixels',
  'photo.too_large': 'photo.tooLarge',
  'photo.blocked': 'photo.blocked',
  'photo.upload_expired': 'photo.expired',
}

/** Why the server did not take a post or a photo: a problem's code, or `photo.` and what became of it. */
export function refusalWords(refusal: string): MessageId {
  return words[refusal] ?? 'photo.notTaken'
}
