export { methods } from './methods.ts'

export type { MethodCall, MethodHandler, Methods } from './handlers.ts'
export type { MethodsOptions } from './options.ts'
export type { MethodResponse } from './result.ts'
