/** The bytes of a buffer or a view; null for anything else. */
export function bytesOf(value) {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }

  return value instanceof ArrayBuffer || Object.prototype.toString.call(value) === '[object SharedArrayBuffer]' ? new Uint8Array(value) : null;
}

/** All of several arrays as one. */
export function joined(parts) {
  if (parts.length === 1) {
    return parts[0];
  }

  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.byteLength;
  }

  return all;
}
