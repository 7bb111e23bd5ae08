import { type Problem, problem } from '@daguerre/kit/problem'

/** SQL: the session has not ended, and has a refresh token that can still be used. */
export const sessionIsLive = '(session.ended_at is null and session.expires_at > now())'

/** For an access token whose session is over: gateway stops most of them, PostgreSQL knows for certain. */
export function sessionEnded(): Problem {
  return problem(401, 'auth.session_ended', 'The session is over. Sign in again.', {
    headers: {
      'www-authenticate': 'Bearer realm="daguerre", error="invalid_token", error_description="auth.session_ended"',
    },
  })
}
