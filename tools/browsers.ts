import { findProgram, isExecutable } from './find-program.ts'

/** Names of browser programs, Debian's first. */
const NAMES = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  firefox: ['firefox-esr', 'firefox'],
} as const
export type BrowserName = keyof typeof NAMES

/** Finds a browser on the PATH. The variables CHROMIUM and FIREFOX override it. */
export function findBrowser(browser: BrowserName): string | undefined {
  const named = process.env[browser.toUpperCase()]
  if (named !== undefined && named !== '') return named
  return findProgram(NAMES[browser])
}

/** The browser of Debian's `webkit2gtk-driver`. */
export const WEBKIT_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'

/** Returns the reason that tests cannot drive WebKitGTK here, if any. */
export function webkitObstacle(): string | undefined {
  const isThere =
    isExecutable(WEBKIT_BROWSER) && ['Xvfb', 'WebKitWebDriver'].every((name) => findProgram([name]) !== undefined)
  return isThere
    ? undefined
    : 'no WebKitGTK with its driver here; install it, for example with: sudo apt-get install webkit2gtk-driver xvfb'
}
