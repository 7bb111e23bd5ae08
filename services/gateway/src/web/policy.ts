/** Where browsers tell of what the policy has stopped. */
export const reportPath = '/csp-reports'

/**
 * What a browser is told with every file of the web app, the service worker's script above all: what a worker may fetch is
 * said by the policy that came with it.
 * @param uploadOrigins where presigned uploads go, if that is another origin
 * @param scriptHashes of scripts that stand in the page itself
 * @param wasm for a script that is a decoder: it may compile WebAssembly, which is no way to run what a text says
 */
export function webHeaders({
  uploadOrigins,
  scriptHashes = [],
  wasm = false,
}: {
  uploadOrigins: readonly string[]
  scriptHashes?: readonly string[]
  wasm?: boolean
}): [string, string][] {
  const policy = [
    "default-src 'none'",
    ["script-src 'self'", ...scriptHashes, ...(wasm ? ["'wasm-unsafe-eval'"] : [])].join(' '),
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...uploadOrigins].join(' ')}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `report-uri ${reportPath}`,
    'report-to csp',
  ]
  return [
    ['content-security-policy', policy.join('; ')],
    ['reporting-endpoints', `csp="${reportPath}"`],
    ['referrer-policy', 'strict-origin-when-cross-origin'],
    ['cross-origin-opener-policy', 'same-origin'],
    [
      'permissions-policy',
      'camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), serial=(), usb=()',
    ],
  ]
}
