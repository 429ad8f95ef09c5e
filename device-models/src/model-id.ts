/**
 * The IDs of the models, which a device announces when it connects (IoT Plug and Play). The models
 * are in device-models/models.
 */
export const THERMOSTAT_MODEL_ID = 'dtmi:hubtwin:demo:Thermostat;1'
export const KIOSK_MODEL_ID = 'dtmi:hubtwin:demo:Kiosk;1'
