/** The tiers of IoT Hub with twins that a fleet can buy. The basic tiers have no twins. */
export const TIERS = ['S1', 'S2', 'S3'] as const

export type Tier = (typeof TIERS)[number]

/** The price of a unit, as a multiple of a unit of S1 (IoT Hub pricing). */
export const RELATIVE_PRICE: Readonly<Record<Tier, number>> = { S1: 1, S2: 10, S3: 100 }
