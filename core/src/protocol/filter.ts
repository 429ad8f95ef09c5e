/** A topic filter of a SUBSCRIBE, and the highest QoS of its messages (MQTT 3.1.1 §3.8.3). */
export interface Filter {
  readonly topic: string
  readonly qos: 0 | 1
}
