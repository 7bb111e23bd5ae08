import { MikroORM, type MongoEntityManager } from '@mikro-orm/mongodb'
import {
  Announcement,
  CommentTombstone,
  DeadLetter,
  Departed,
  Entry,
  Group,
  Mute,
  PostRef,
  Preference,
  PushJob,
  PushSubscription,
  Receipt,
  VapidKey,
} from './notification.entity.ts'
import type {
  AnnouncementDocument,
  Collections,
  DeadLetterDocument,
  DepartedDocument,
  EntryDocument,
  GroupDocument,
  MuteDocument,
  PostRefDocument,
  PushSubscriptionDocument,
} from './notification/store.ts'
import type { Collection } from 'mongodb'

/** Opens the database named by the URL. Indexes are made by `ensureIndexes`, which migrate.ts calls. */
export async function createOrm(url: string): Promise<MikroORM> {
  return await MikroORM.init({
    clientUrl: url,
    // A URL with several hosts is none to the WHATWG.
    dbName: /^[^/]*\/\/[^/?]*\/([^?]+)/.exec(url)?.[1] ?? 'notification',
    entities: [
      Entry,
      Group,
      PostRef,
      CommentTombstone,
      Mute,
      Departed,
      Announcement,
      DeadLetter,
      Receipt,
      Preference,
      PushSubscription,
      PushJob,
      VapidKey,
    ],
    ensureIndexes: false,
    driverOptions: { serverSelectionTimeoutMS: 5_000, socketTimeoutMS: 20_000, maxPoolSize: 20 },
  })
}

/**
 * Resolves if the server can be reached. The driver connects by itself at the first statement, but once that has failed it
 * stays closed until this is called again.
 */
export async function connect(orm: MikroORM): Promise<void> {
  const client = await orm.em.getDriver().getConnection().getNativeClient()
  await client.connect()
}

/** The entities' collections as the driver has them: what is written here is one atomic statement on one document. */
export function collectionsOf(orm: MikroORM): Collections {
  const em = orm.em.fork() as MongoEntityManager
  return {
    entries: em.getCollection(Entry) as unknown as Collection<EntryDocument>,
    groups: em.getCollection(Group) as unknown as Collection<GroupDocument>,
    posts: em.getCollection(PostRef) as unknown as Collection<PostRefDocument>,
    commentTombstones: em.getCollection(CommentTombstone) as Collection<{ _id: string; at: Date }>,
    departed: em.getCollection(Departed) as unknown as Collection<DepartedDocument>,
    mutes: em.getCollection(Mute) as unknown as Collection<MuteDocument>,
    announcements: em.getCollection(Announcement) as unknown as Collection<AnnouncementDocument>,
    deadLetters: em.getCollection(DeadLetter) as unknown as Collection<DeadLetterDocument>,
    receipts: em.getCollection(Receipt),
    preferences: em.getCollection(Preference),
    subscriptions: em.getCollection(PushSubscription) as unknown as Collection<PushSubscriptionDocument>,
    pushJobs: em.getCollection(PushJob),
    vapidKeys: em.getCollection(VapidKey),
  }
}
