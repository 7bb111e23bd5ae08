import type { Context } from 'hono'
import type { AppDeps } from '../app.ts'
import type { SessionDeps } from '../session/start-session.ts'

/** What begins the session that a request asks for. */
export function sessionDepsOf(c: Context, { config, accessTokens, mail, places }: AppDeps): SessionDeps {
  return {
    accessTokens,
    mail,
    refreshTokenSeconds: config.REFRESH_TOKEN_DAYS * 86_400,
    // The gateway's word, which takes none from outside.
    place: places.find(c.req.header('x-forwarded-for')),
  }
}
