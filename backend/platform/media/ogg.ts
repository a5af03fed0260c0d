/** The first packet of the first page of an OGG file names the sound or picture format inside. */
const formats: { start: string; mimeType: string }[] = [
  { start: 'OpusHead', mimeType: 'audio/ogg; codecs=opus' },
  { start: '\u0001vorbis', mimeType: 'audio/ogg; codecs=vorbis' },
  { start: 'Speex   ', mimeType: 'audio/ogg; codecs=speex' },
  { start: '\u007fFLAC', mimeType: 'audio/ogg; codecs=flac' },
  { start: '\u0080theora', mimeType: 'video/ogg' },
]

/** WhatsApp takes OGG with Opus only, and as a voice note only with one channel, so both are told exactly. */
export function readOgg(head: Buffer): { mimeType: string; channels?: number } | undefined {
  if (head.length < 27 || head.toString('latin1', 0, 4) !== 'OggS') return undefined
  const packet = head.subarray(27 + head[26]!)
  const format = formats.find(({ start }) => packet.toString('latin1', 0, start.length) === start)
  if (!format) return { mimeType: 'application/ogg' }
  const channels = format.start === 'OpusHead' ? packet[9] : undefined
  return { mimeType: format.mimeType, ...(channels ? { channels } : {}) }
}
