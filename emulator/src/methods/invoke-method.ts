import type { Identity } from '../identity/identity-id.ts'
import type { Json } from '../formats/json.ts'
import { type MethodCall, methodResult } from './method.ts'
import type { Context } from '../hub/context.ts'
import { missing } from '../identity/not-registered.ts'

/**
 * Calls a direct method of a device or module, and waits for its response.
 *
 * @throws Refusal DeviceNotFound, ModuleNotFound; DeviceNotOnline and GatewayTimeout after the
 * timeouts of the call
 */
export async function invokeMethod(
  context: Context,
  identity: Identity,
  call: MethodCall,
): Promise<{ readonly status: number; readonly payload: Json }> {
  if (context.registry.find(identity) === undefined) throw missing(identity)
  return methodResult(await context.devices.invoke(identity, call))
}
