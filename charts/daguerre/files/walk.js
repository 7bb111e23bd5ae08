// What `helm test` runs: each service is asked one question through the gateway that only it can answer.
const questions = {
  gateway: ['/readyz', 200],
  'auth: its keys': ['/.well-known/jwks.json', 200],
  'auth: without a token': ['/api/v1/auth/me', 401],
  'user: somebody unknown': ['/api/v1/users/00000000-0000-7000-8000-000000000000', 404],
  'user: a search': ['/api/v1/search?q=daguerre', 200],
  'post: a tag': ['/api/v1/tags/daguerre/posts', 200],
  'interaction: comments of an unknown post': ['/api/v1/posts/00000000-0000-7000-8000-000000000000/comments', 404],
  'media: an unknown photo': ['/api/v1/media/00000000-0000-7000-8000-000000000000', 404],
  'media: an unknown file': ['/media/00000000-0000-7000-8000-000000000000/small.webp', 404],
  'feed: everybody’s': ['/api/v1/feed', 200],
  'notification: without a token': ['/api/v1/notifications', 401],
}
let failed = 0
for (const [name, [path, wanted]] of Object.entries(questions)) {
  let status
  const deadline = Date.now() + 20_000
  do {
    status = await fetch(process.env.GATEWAY + path, { signal: AbortSignal.timeout(5000) }).then(
      (answer) => answer.status,
      (error) => error.cause?.code ?? error.message,
    )
  } while (
    status !== wanted &&
    Date.now() < deadline &&
    (await new Promise((resolve) => setTimeout(resolve, 500, true)))
  )
  if (status !== wanted) failed++
  console.log(
    `${status === wanted ? 'ok    ' : 'not ok'} ${name}: GET ${path} → ${status}${status === wanted ? '' : `, not ${wanted}`}`,
  )
}
process.exit(failed === 0 ? 0 : 1)
