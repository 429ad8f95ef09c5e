import config from './playwright.config.ts'

/** `npm run screenshots`: the pictures of the README, made anew, in Chromium. */
export default {
  ...config,
  testMatch: 'screenshots.ts',
  workers: 1,
  timeout: 120_000,
  reporter: 'list',
  projects: config.projects?.filter(({ name }) => name === 'chromium'),
}
