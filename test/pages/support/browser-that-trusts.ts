import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BrowserContext, BrowserType, LaunchOptions } from '@playwright/test'

const exec = promisify(execFile)

/** @returns why no browser on this machine can trust a test CA */
export async function trustObstacle(): Promise<string | undefined> {
  try {
    await exec('certutil', ['-H'])
  } catch (error) {
    // certutil exits with 1 after printing its help. Only a missing program is an obstacle.
    if ((error as { code?: unknown }).code === 'ENOENT') {
      return 'no certutil here; install it, for example with: sudo apt-get install libnss3-tools'
    }
  }
  return undefined
}

/**
 * Launches a separate browser that trusts a certificate authority. Chromium's certificate store is
 * in the home folder, Firefox's in the profile.
 *
 * @returns the context; closing it ends the browser and removes its folders
 */
export async function launchTrusting(
  browserType: BrowserType,
  options: LaunchOptions,
  authority: string,
): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'hubtwin-trust-'))
  const profile = join(home, 'profile')
  const store = browserType.name() === 'firefox' ? profile : join(home, '.pki', 'nssdb')
  const file = join(home, 'ca.pem')
  await mkdir(store, { recursive: true })
  await mkdir(profile, { recursive: true })
  await writeFile(file, authority)
  await exec('certutil', ['-N', '-d', `sql:${store}`, '--empty-password'])
  await exec('certutil', ['-A', '-d', `sql:${store}`, '-n', 'hubtwin', '-t', 'C,,', '-i', file])
  const context = await browserType.launchPersistentContext(profile, {
    ...options,
    env: { ...(process.env as Record<string, string>), HOME: home },
  })
  return {
    context,
    async close() {
      await context.close()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
