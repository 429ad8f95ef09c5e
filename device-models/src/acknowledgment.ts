import type { Acknowledgment } from 'hubtwin/plug-and-play'

/** A device's answer to a desired value, without the value in effect. */
export type Answer = Omit<Acknowledgment, 'value'>

/** Nothing is desired: the device reports its own value. */
export const UNASKED: Answer = { ac: 203, av: 0, ad: "the device's own" }
