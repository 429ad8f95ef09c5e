import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs by which a browser may be found; those of Debian first. */
const names = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
  firefox: ['firefox-esr', 'firefox'],
} as const
export type BrowserName = keyof typeof names

/** The first one on the PATH; CHROMIUM and FIREFOX name another. */
export function findBrowser(browser: BrowserName): string | undefined {
  const named = process.env[browser.toUpperCase()]
  if (named !== undefined && named !== '') return named
  return findProgram(names[browser])
}

/** Where Debian puts the browser of its `webkit2gtk-driver`. */
export const webkitBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'

/** Why WebKitGTK can't be driven here, where it can't. */
export function webkitObstacle(): string | undefined {
  const isThere =
    isExecutable(webkitBrowser) && ['Xvfb', 'WebKitWebDriver'].every((name) => findProgram([name]) !== undefined)
  return isThere
    ? undefined
    : 'no WebKitGTK with its driver here; install it, for example with: sudo apt-get install webkit2gtk-driver xvfb'
}

function findProgram(programs: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return programs.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
