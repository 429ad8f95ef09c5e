import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { Builder, Capabilities, type WebDriver } from 'selenium-webdriver'
import { WEBKIT_BROWSER } from '../../tools/browsers.ts'
import { freePort } from '../../tools/free-port.ts'

const STARTING_IN_MS = 20_000

export interface WebKit {
  readonly driver: WebDriver
  close(): Promise<void>
}

/** Starts WebKitGTK on a virtual screen, because it has no headless mode. WebDriver controls it. */
export async function startWebKit(): Promise<WebKit> {
  const children: ChildProcess[] = []
  const close = async (): Promise<void> => {
    for (let last = children.pop(); last !== undefined; last = children.pop()) await end(last)
  }
  try {
    // Xvfb chooses a free display and prints its number.
    const screen = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {})
    children.push(screen)
    const display = await within(firstLine(screen.stdio[3] as NodeJS.ReadableStream), 'Xvfb')
    const port = await freePort()
    children.push(start('WebKitWebDriver', [`--port=${port}`], { DISPLAY: `:${display}`, NO_AT_BRIDGE: '1' }))
    const server = `http://127.0.0.1:${port}`
    await within(untilAnswers(server), 'WebKitWebDriver')
    const capabilities = new Capabilities({
      browserName: 'MiniBrowser',
      acceptInsecureCerts: true,
      'webkitgtk:browserOptions': { binary: WEBKIT_BROWSER, args: ['--automation'] },
    })
    const driver = await within(
      new Builder().usingServer(server).withCapabilities(capabilities).build() as unknown as Promise<WebDriver>,
      'The session of WebKitGTK',
    )
    await driver.manage().setTimeouts({ script: STARTING_IN_MS, pageLoad: STARTING_IN_MS })
    return {
      driver,
      async close() {
        await within(driver.quit(), 'The end of WebKitGTK').catch(() => undefined)
        await close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}

function start(command: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  return spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
}

/** Ends a process. A browser that outlives its driver ends with its screen. */
async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stream })) return line
  throw new Error('The stream ended without a line')
}

async function untilAnswers(server: string): Promise<void> {
  for (const deadline = Date.now() + STARTING_IN_MS; Date.now() < deadline; await delay(50)) {
    if (
      await fetch(`${server}/status`).then(
        ({ ok }) => ok,
        () => false,
      )
    )
      return
  }
}

async function within<Result>(promise: Promise<Result>, what: string): Promise<Result> {
  const stop = new AbortController()
  const deadline = delay(STARTING_IN_MS, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`${what} took longer than ${STARTING_IN_MS} ms`)
  })
  deadline.catch(() => undefined)
  try {
    return await Promise.race([promise, deadline])
  } finally {
    stop.abort()
  }
}
