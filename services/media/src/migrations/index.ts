import { Migration20260101000000Media } from './migration-20260101000000-media.ts'

export const migrations = [{ name: 'migration-20260101000000-media', class: Migration20260101000000Media }]
