/** The action of a sample. Patches, payloads, bodies, and `sql` appear in it unchanged. */
export type SampleSubject =
  | { readonly type: 'report'; readonly target: SampleTarget; readonly patch: object }
  | { readonly type: 'desired'; readonly target: SampleTarget; readonly patch: object }
  | { readonly type: 'twin'; readonly target: SampleTarget }
  | { readonly type: 'query'; readonly sql: string }
  | ({ readonly type: 'telemetry'; readonly target: SampleTarget } & SampleContent)
  | ({ readonly type: 'message'; readonly target: SampleTarget } & SampleContent)
  | MethodSubject

/** A method call. */
export interface MethodSubject {
  readonly type: 'method'
  readonly target: SampleTarget
  readonly name: string
  /** JSON; `undefined` is an empty payload. */
  readonly payload?: unknown
  readonly responseTimeoutInSeconds?: number | undefined
  /** The device's response, for the sample of the device. @default status 200 without a payload */
  readonly response?: { readonly status: number; readonly payload?: unknown } | undefined
}

/** The content of telemetry, or of a cloud-to-device message. */
export interface SampleContent {
  readonly body: string
  /** `null` is a property without a value. */
  readonly properties?: Readonly<Record<string, string | null>> | undefined
}

export interface SampleTarget {
  readonly deviceId: string
  readonly moduleId?: string | undefined
}

export interface SampleHub {
  /** The address of the REST API, such as `https://contoso.azure-devices.net`. */
  readonly origin: string
  /** A local hub has an API that needs no token from this machine. */
  readonly isLocal: boolean
}

/** In the order of the buttons. */
export const SAMPLE_LANGUAGES = ['hubtwin', 'azure-iothub', 'curl'] as const

export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number]

/**
 * The languages that have a sample. A device cannot query. A back end sends no telemetry; it reads
 * telemetry with an SDK of Event Hubs.
 */
export function languagesOf(type: SampleSubject['type']): readonly SampleLanguage[] {
  if (type === 'query') return ['azure-iothub', 'curl']
  return type === 'telemetry' ? ['hubtwin'] : SAMPLE_LANGUAGES
}
