/** The device that every hub of `npm run emulator` knows. The key is public and protects nothing. */
export const localDeviceConnectionString =
  'HostName=localhost:10480;DeviceId=device1;' +
  'SharedAccessKey=aHVidHdpbi1kZXZlbG9wbWVudC1kZXZpY2Uta2V5LTA=;UseDevelopmentEmulator=true'
