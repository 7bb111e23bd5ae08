/** Everything in one database. */
export const schemaSql = `
  create table person (
    id uuid primary key,
    username text not null unique,
    display_name text not null,
    avatar jsonb
  );
  create table follow (
    follower_id uuid not null references person,
    followee_id uuid not null references person,
    primary key (follower_id, followee_id)
  );
  create table post (
    id uuid primary key,
    author_id uuid not null references person,
    caption text not null,
    entities jsonb not null,
    media jsonb not null,
    likes integer not null default 0,
    comments integer not null default 0,
    created_at timestamptz not null
  );
  create index post_author on post (author_id, id desc);
  create table post_like (
    post_id uuid not null references post,
    user_id uuid not null references person,
    primary key (post_id, user_id)
  );
  create table saved_post (
    user_id uuid not null references person,
    post_id uuid not null references post,
    primary key (user_id, post_id)
  );`
