import type { TwinOptions } from '../twin/options.ts'
import type { FeatureSet } from './attach-features.ts'
import type { Feature } from './feature.ts'

/** The APIs of the features, by their names in `use`. */
export type FeatureApis<Use extends FeatureSet> = {
  readonly [Name in keyof Use]: Use[Name] extends Feature<infer Api> ? Api : never
}

/** The options of `openTwin`, and the features of the tab that leads. */
export interface SharedDeviceOptions<Use extends FeatureSet> extends TwinOptions {
  /** The features, by their names: `{ telemetry: telemetry() }`. */
  readonly use: Use
  /**
   * Called when this tab takes the lead, before it connects. Handlers that you add here miss no
   * call. The features end when the tab no longer leads: waiting telemetry rejects with
   * `ERR_CLOSED`. A tab that leads again gets others.
   */
  readonly onLead?: ((features: FeatureApis<Use>) => void) | undefined
}
