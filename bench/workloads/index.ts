import { comment } from './comment.ts'
import { createPost } from './create-post.ts'
import { eventPipeline } from './events.ts'
import { fanOut } from './fan-out.ts'
import { globalFeed } from './global-feed.ts'
import { homeFeed } from './home-feed.ts'
import { like } from './like.ts'
import { mediaWork } from './media.ts'
import { mixed } from './mixed.ts'
import { postById } from './post-by-id.ts'
import { profile } from './profile.ts'
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
  fanOut,
  eventPipeline,
  mediaWork,
]
