import { comment } from './comment.ts'
import { createPost } from './create-post.ts'
import { eventPipeline } from './events.ts'
import { fanOut } from './fan-out.ts'
import { globalFeed } from './global-feed.ts'
import { homeFeed } from './home-feed.ts'
import { like } from './like.ts'
import { mediaWork } from './media.ts'
import { merge } from './merge.ts'
import { mixed } from './mixed.ts'
import { postById } from './post-by-id.ts'
import { profile } from './profile.ts'
import { rebuild } from './rebuild.ts'
import { signIn } from './sign-in.ts'
import type { Workload } from './workload.ts'

export const workloads: Workload[] = [
  postById,
  homeFeed,
  globalFeed,
  profile,
  like,
  comment,
  createPost,
  signIn,
  mixed,
  eventPipeline,
  mediaWork,
  merge,
  rebuild,
  // At the end: who is told of a post to 100,000 hears of it for minutes.
  fanOut,
]
