import { Migration20260101000000Accounts } from './migration-20260101000000-accounts.ts'

export const migrations = [{ name: 'migration-20260101000000-accounts', class: Migration20260101000000Accounts }]
