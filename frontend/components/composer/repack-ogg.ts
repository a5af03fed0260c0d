import {
  BlobSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  Input,
  OggOutputFormat,
  Output,
  WEBM,
} from 'mediabunny'

/**
 * Moves Opus packets from WebM into Ogg without touching a sample: Chromium cannot record Ogg, and WhatsApp plays nothing else
 * as a voice message. Packets are copied one by one because mediabunny's Conversion API would weigh twice as much.
 */
export async function repackAsOgg(webm: Blob): Promise<ArrayBuffer> {
  const input = new Input({ source: new BlobSource(webm), formats: [WEBM] })
  const track = await input.getPrimaryAudioTrack()
  const decoderConfig = await track?.getDecoderConfig()
  if (!track || !decoderConfig) throw new Error('The recording has no sound in it.')

  const target = new BufferTarget()
  const output = new Output({ format: new OggOutputFormat(), target })
  const source = new EncodedAudioPacketSource('opus')
  output.addAudioTrack(source)
  await output.start()
  for await (const packet of new EncodedPacketSink(track).packets()) await source.add(packet, { decoderConfig })
  await output.finalize()
  if (!target.buffer) throw new Error('The recording could not be packed.')
  return target.buffer
}
