import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import connect, { type Client } from 'chrome-remote-interface'

/**
 * A Chromium tab with the throttled timers of a hidden page. Playwright emulates focus for every
 * page, so this tab is driven over the DevTools protocol.
 */
export interface Tab {
  evaluate<Result>(expression: string): Promise<Result>
  hide(): Promise<void>
  show(): Promise<void>
  close(): Promise<void>
}

/**
 * After this time, a hidden page's timers fire once a minute. Chromium's default is five minutes.
 */
const GRACE_IN_SECONDS = 10

const STARTING_IN_MS = 20_000

export async function openTab(executablePath: string, url: string): Promise<Tab> {
  const folder = await mkdtemp(join(tmpdir(), 'hubtwin-tab-'))
  const chromium = spawn(
    executablePath,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/${GRACE_IN_SECONDS}`,
      `--user-data-dir=${folder}`,
      '--remote-debugging-port=0',
      url,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const exited = new Promise((resolve) => chromium.once('exit', resolve))
  let clients: readonly Client[] = []

  async function close(): Promise<void> {
    await Promise.all(clients.map((client) => client.close()))
    chromium.kill('SIGKILL')
    await exited
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }

  try {
    const port = await readPort(chromium.stderr)
    const targets = await connect.List({ port })
    const target = targets.find(({ type }) => type === 'page')
    if (target === undefined) throw new Error('Chromium has no page')
    const { webSocketDebuggerUrl } = await connect.Version({ port })
    const browser = await connect({ target: webSocketDebuggerUrl })
    clients = [browser]
    const page = await connect({ port, target: target.id })
    clients = [browser, page]

    return {
      async evaluate<Result>(expression: string) {
        const options = { expression, awaitPromise: true, returnByValue: true }
        const { result, exceptionDetails } = await page.Runtime.evaluate(options)
        if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? 'thrown')
        return result.value as Result
      },
      async hide() {
        const { targetId } = await browser.Target.createTarget({ url: 'about:blank' })
        await browser.Target.activateTarget({ targetId })
      },
      show: () => browser.Target.activateTarget({ targetId: target.id }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Chromium prints its port to stderr. */
async function readPort(stderr: NodeJS.ReadableStream): Promise<number> {
  const lines = createInterface({ input: stderr })
  const timer = setTimeout(() => lines.close(), STARTING_IN_MS)
  try {
    for await (const line of lines) {
      const port = /^DevTools listening on ws:\/\/[^:]+:(\d+)\//.exec(line)?.[1]
      if (port !== undefined) return Number(port)
    }
    throw new Error(`Chromium did not listen within ${STARTING_IN_MS} ms`)
  } finally {
    clearTimeout(timer)
    stderr.resume()
  }
}
