// Pages of the app, as the gateway knows them (services/gateway/src/web/app-paths.ts). All else goes to the network.
const appPage =
  /^\/(?:$|(?:login|register|forgot-password|reset-password|verify-email|first-admin|explore|global|search|new|notifications|saved|moderation|offline)$|sign-in\/[^/]+$|oauth\/authorize$|moderation\/(?:cases|accounts)\/[^/]+$|tags\/[^/]+$|settings(?:\/|$)|@[^/]+(?:\/[^/]+)?$|p\/[^/]+(?:\/[^/]+)?$)/

/** Whether a path is a page that the app draws. */
export function isAppPage(path: string): boolean {
  return appPage.test(path)
}
