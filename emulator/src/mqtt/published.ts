/** A PUBLISH from a device, or its will. */
export interface Published {
  readonly topic: string
  readonly payload: Buffer | string
  readonly qos?: 0 | 1 | 2
  readonly retain?: boolean
}
