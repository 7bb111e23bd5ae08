import { Migration } from '@daguerre/kit/postgres'

/** Whom a post is for, and whether it is ranked. */
export class Migration20261129000000Audience extends Migration {
  override up(): void {
    this.addSql(`alter table post add column audience text not null default 'public'`)
    this.addSql('alter table engagement add column listed boolean not null default true')
  }
}
