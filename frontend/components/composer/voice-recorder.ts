/** What WhatsApp plays as a voice message, in the order of preference; the first is recorded as it is, the second repacked. */
const formats = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'] as const

export type Recording = { stop: () => Promise<File>; cancel: () => void; stream: MediaStream }

export const canRecord = () => typeof MediaRecorder !== 'undefined' && Boolean(navigator.mediaDevices?.getUserMedia)

export async function startRecording(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, noiseSuppression: true, echoCancellation: true },
  })
  const mimeType = formats.find((format) => MediaRecorder.isTypeSupported(format))
  const recorder = new MediaRecorder(stream, { ...(mimeType && { mimeType }), audioBitsPerSecond: 32_000 })
  const parts: Blob[] = []
  recorder.addEventListener('dataavailable', ({ data }) => data.size > 0 && parts.push(data))
  recorder.start(1000)

  const release = () => stream.getTracks().forEach((track) => track.stop())
  return {
    stream,
    cancel() {
      if (recorder.state !== 'inactive') recorder.stop()
      release()
    },
    async stop() {
      await new Promise<void>((done) => {
        recorder.addEventListener('stop', () => done(), { once: true })
        recorder.stop()
      })
      release()
      return asVoiceFile(new Blob(parts, { type: recorder.mimeType }))
    },
  }
}

async function asVoiceFile(blob: Blob): Promise<File> {
  if (blob.type.startsWith('audio/ogg')) return new File([blob], 'voice.ogg', { type: 'audio/ogg' })
  if (!blob.type.includes('webm')) return new File([blob], 'voice.m4a', { type: 'audio/mp4' })
  const { repackAsOgg } = await import('./repack-ogg.ts')
  return new File([await repackAsOgg(blob)], 'voice.ogg', { type: 'audio/ogg' })
}
