import { findChromium } from '../chromium.ts'
import { run } from '../process.ts'
import { nothing, type Tally } from './tally.ts'

export const howToGetChromium = 'install Chromium, for example with: sudo apt-get install chromium'

/** Installs Debian's Chromium where that is possible without asking; otherwise the browser suite is skipped. */
export async function installChromium(deadlineInMs: number): Promise<Tally> {
  const found = findChromium()
  if (found !== undefined) {
    console.log(`Chromium is there: ${found}`)
    return nothing
  }
  if (process.getuid?.() !== 0) {
    console.log(`No Chromium, and only root may install it; ${howToGetChromium}`)
    return nothing
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const end = Date.now() + deadlineInMs
  const commands = [['update'], ['install', '--yes', '--no-install-recommends', 'chromium']]
  for (const command of commands) {
    const left = Math.max(end - Date.now(), 1000)
    const { code, reason } = await run('apt-get', ['-qq', ...command], { env, deadlineInMs: left, quiet: true })
    if (code === 0) continue
    console.log(`apt-get ${command[0]} failed (${reason ?? `exit code ${code}`}); ${howToGetChromium}`)
    return nothing
  }
  console.log('installed Chromium by apt-get')
  return nothing
}
