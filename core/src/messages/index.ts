export { inputs, messages } from './messages.ts'

export type { MessageHandler, Messages } from './consumers.ts'
export type { Properties, ReceivedMessage } from './message.ts'
export type { MessagesOptions } from './options.ts'
