/** A text as it goes over a WebSocket: encoded once, whoever it is sent to. */
export interface TextFrame {
  readonly text: Buffer;
  /** The same behind the head that RFC 6455 §5.2 asks for: whole, unmasked as servers send. */
  readonly bytes: Buffer;
}

const finalText = 0x81;

/** Frames a text. */
export function frameText(text: string): TextFrame {
  const length = Buffer.byteLength(text);
  const headLength = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = Buffer.allocUnsafe(headLength + length);
  bytes[0] = finalText;
  if (headLength === 2) bytes[1] = length;
  else if (headLength === 4) {
    bytes[1] = 126;
    bytes.writeUInt16BE(length, 2);
  } else {
    bytes[1] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 2);
  }
  bytes.write(text, headLength);
  return { text: bytes.subarray(headLength), bytes };
}
