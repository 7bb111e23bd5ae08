export { type Client, type ClientOptions, createClient } from './client.ts'
export {
  AccountRequired,
  ApiError,
  ConnectionError,
  type Problem,
  RegistrationWaits,
  SecondFactorRequired,
} from './errors.ts'
export type { LiveEvent, LiveOptions } from './events.ts'
export { newId } from './id.ts'
export type { Page, Pages } from './paginate.ts'
export type { components, paths } from './schema.ts'
export type { SessionChange } from './session.ts'
export { localStorageStore, memoryStore, type Session, type TokenStore } from './token-store.ts'
export type { Media, UploadOptions } from './upload.ts'
