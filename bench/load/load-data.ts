/** What the bench hands over to k6: who asks, and what for, drawn already by how much it is read. */
export interface LoadData {
  viewers: Viewer[]
  /** Ids of posts, each as often as it is to be read. */
  posts: string[]
  /** Numbers of viewers, each as often as they come. */
  visits: number[]
  /** Usernames, each as often as they are looked at. */
  people: string[]
  /** Of every viewer. */
  password: string
}

export interface Viewer {
  id: string
  username: string
  token: string
  /** A photograph of theirs that is ready. */
  mediaId: string
}
