/**
 * The ID of the model of the demos' device, which a device announces when it connects (IoT Plug and
 * Play).
 */
export const MODEL_ID = 'dtmi:hubtwin:demo:Thermostat;1'
