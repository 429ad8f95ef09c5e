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
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names[browser].flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
