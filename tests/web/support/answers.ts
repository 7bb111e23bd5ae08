/** A problem document as the gateway answers it, for `route.fulfill`. */
export function problem(
  status: number,
  code: string,
  { headers = {}, ...more }: { headers?: Record<string, string>; [member: string]: unknown } = {},
) {
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: JSON.stringify({ type: 'about:blank', title: code, status, code, requestId: 'request-1839', ...more }),
  }
}
