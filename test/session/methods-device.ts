import type { Feature } from '../../core/src/device/feature.ts'
import { type MethodCall, type Methods, methods, type MethodsOptions } from '../../core/src/methods/index.ts'
import type { TwinOptions } from '../../core/src/twin/options.ts'
import { settle } from './fake-clock.ts'
import { openReadyDevice, type ScriptedDevice } from './open-scripted-device.ts'

export type WithMethods = ScriptedDevice<{ methods: Feature<Methods> }>

export const openReady = (options?: MethodsOptions, ofTwin?: TwinOptions): Promise<WithMethods> =>
  openReadyDevice({ methods: methods(options) }, ofTwin)

export async function call({ hub }: WithMethods, name: string, rid: string, body = ''): Promise<void> {
  hub.wire.message(`$iothub/methods/POST/${name}/?$rid=${rid}`, body)
  await settle()
}

/** The responses on a connection: status, `$rid`, and body. */
export function responses({ hub }: WithMethods): string[] {
  return hub.wire.sent
    .filter(({ topic }) => topic.startsWith('$iothub/methods/res/'))
    .map(({ topic, payload }) => `${topic.slice('$iothub/methods/res/'.length)} ${payload}`)
}

/** A handler that a test finishes. */
export function deferred(): {
  calls: MethodCall[]
  handler: (call: MethodCall) => Promise<unknown>
  finish(value: unknown): void
} {
  const calls: MethodCall[] = []
  const finishes: ((value: unknown) => void)[] = []
  return {
    calls,
    handler: (each) => {
      calls.push(each)
      return new Promise((resolve) => finishes.push(resolve))
    },
    finish: (value) => finishes.shift()?.(value),
  }
}
