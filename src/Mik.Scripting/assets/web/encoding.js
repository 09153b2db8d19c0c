// TextEncoder, TextDecoder, btoa and atob as the Encoding and HTML standards have them, for UTF-8, UTF-16 and Latin-1 (windows-1252).
import { bytesOf } from './bytes.js';

const labels = new Map();
for (const [name, list] of [
  ['utf-8', 'unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8'],
  ['windows-1252', 'ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252'],
  ['utf-16le', 'csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le'],
  ['utf-16be', 'unicodefffe utf-16be'],
]) {
  list.split(' ').forEach((label) => labels.set(label, name));
}

// windows-1252 from 0x80 to 0x9f.
const windows = '\u20AC\x81\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\x8D\u017D\x8F\x90\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\x9D\u017E\u0178';
const pieceLength = 4096;
const { fromCharCode, fromCodePoint } = String;

/** UTF-8 of a text; surrogates without their other half become U+FFFD. */
export function encode(text) {
  const source = text.toWellFormed();
  const out = new Uint8Array(source.length * 3);
  return out.slice(0, encodeInto(source, out, source.length * 3).written);
}

function encodeInto(text, out, room) {
  let read = 0;
  let written = 0;
  while (read < text.length) {
    let code = text.charCodeAt(read);
    if (code < 0x80) {
      if (written >= room) {
        break;
      }

      out[written++] = code;
      read++;
      continue;
    }

    code = text.codePointAt(read);
    const units = code > 0xffff ? 2 : 1;
    code = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
    const count = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (written + count > room) {
      break;
    }

    out[written] = [0, 0, 0xc0, 0xe0, 0xf0][count] | (code >> (6 * (count - 1)));
    for (let i = 1; i < count; i++) {
      out[written + i] = 0x80 | ((code >> (6 * (count - 1 - i))) & 0x3f);
    }

    written += count;
    read += units;
  }

  return { read, written };
}

export class TextEncoder {
  get encoding() {
    return 'utf-8';
  }

  encode(input = '') {
    return encode(String(input));
  }

  encodeInto(source, destination) {
    if (!(destination instanceof Uint8Array)) {
      throw new TypeError('encodeInto takes a Uint8Array');
    }

    return encodeInto(String(source), destination, destination.length);
  }
}

/** Decodes UTF-8 as the Encoding standard has it: every maximal part of a bad sequence is one U+FFFD. */
class Utf8Reader {
  code = 0;
  needed = 0;
  lower = 0x80;
  upper = 0xbf;

  read(bytes, isLast, isFatal) {
    const parts = [];
    let units = [];
    const put = (code) => {
      if (code > 0xffff) {
        units.push(0xd800 + ((code - 0x10000) >> 10), 0xdc00 + ((code - 0x10000) & 0x3ff));
      } else {
        units.push(code);
      }

      if (units.length >= pieceLength) {
        parts.push(fromCharCode(...units));
        units = [];
      }
    };
    const bad = () => {
      if (isFatal) {
        throw new TypeError('The encoded data was not valid for encoding utf-8');
      }

      put(0xfffd);
    };
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.needed === 0) {
        if (byte < 0x80) {
          put(byte);
        } else {
          this.begin(byte, bad);
        }
      } else if (byte < this.lower || byte > this.upper) {
        this.reset();
        bad();
        at--;
      } else {
        this.lower = 0x80;
        this.upper = 0xbf;
        this.code = (this.code << 6) | (byte & 0x3f);
        if (--this.needed === 0) {
          put(this.code);
          this.reset();
        }
      }
    }

    if (isLast && this.needed > 0) {
      this.reset();
      bad();
    }

    return parts.join('') + fromCharCode(...units);
  }

  begin(byte, bad) {
    if (byte >= 0xc2 && byte <= 0xdf) {
      this.needed = 1;
      this.code = byte & 0x1f;
    } else if (byte >= 0xe0 && byte <= 0xef) {
      this.needed = 2;
      this.code = byte & 0xf;
      this.lower = byte === 0xe0 ? 0xa0 : 0x80;
      this.upper = byte === 0xed ? 0x9f : 0xbf;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      this.needed = 3;
      this.code = byte & 7;
      this.lower = byte === 0xf0 ? 0x90 : 0x80;
      this.upper = byte === 0xf4 ? 0x8f : 0xbf;
    } else {
      bad();
    }
  }

  reset() {
    this.code = 0;
    this.needed = 0;
    this.lower = 0x80;
    this.upper = 0xbf;
  }
}

class Utf16Reader {
  #rest = null;
  #high = null;

  constructor(isBigEndian) {
    this.isBigEndian = isBigEndian;
  }

  read(bytes, isLast, isFatal) {
    let text = '';
    const bad = () => {
      if (isFatal) {
        throw new TypeError('The encoded data was not valid for encoding utf-16');
      }

      text += '\ufffd';
    };
    for (const byte of bytes) {
      if (this.#rest === null) {
        this.#rest = byte;
        continue;
      }

      const unit = this.isBigEndian ? (this.#rest << 8) | byte : (byte << 8) | this.#rest;
      this.#rest = null;
      if (this.#high !== null) {
        const high = this.#high;
        this.#high = null;
        if (unit >= 0xdc00 && unit <= 0xdfff) {
          text += fromCharCode(high, unit);
          continue;
        }

        bad();
      }

      if (unit >= 0xd800 && unit <= 0xdbff) {
        this.#high = unit;
      } else if (unit >= 0xdc00 && unit <= 0xdfff) {
        bad();
      } else {
        text += fromCharCode(unit);
      }
    }

    if (isLast && (this.#rest !== null || this.#high !== null)) {
      this.#rest = null;
      this.#high = null;
      bad();
    }

    return text;
  }
}

class WindowsReader {
  read(bytes) {
    const parts = [];
    for (let at = 0; at < bytes.length; at += pieceLength) {
      parts.push(fromCodePoint(...bytes.subarray(at, at + pieceLength)));
    }

    return parts.join('').replace(/[\x80-\x9f]/g, (character) => windows[character.charCodeAt(0) - 0x80]);
  }
}

const readerOf = (encoding) => (encoding === 'utf-8' ? new Utf8Reader() : encoding === 'windows-1252' ? new WindowsReader() : new Utf16Reader(encoding === 'utf-16be'));

export class TextDecoder {
  #encoding;
  #fatal;
  #ignoreBOM;
  #reader = null;
  #isBegun = false;

  constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
    const encoding = labels.get(String(label).replace(/^[\t\n\f\r ]+|[\t\n\f\r ]+$/g, '').toLowerCase());
    if (encoding === undefined) {
      throw new RangeError(`The "${label}" encoding is not supported`);
    }

    this.#encoding = encoding;
    this.#fatal = Boolean(fatal);
    this.#ignoreBOM = Boolean(ignoreBOM);
  }

  get encoding() {
    return this.#encoding;
  }

  get fatal() {
    return this.#fatal;
  }

  get ignoreBOM() {
    return this.#ignoreBOM;
  }

  decode(input, { stream = false } = {}) {
    const bytes = input === undefined ? new Uint8Array() : bytesOf(input);
    if (bytes === null) {
      throw new TypeError('decode takes an ArrayBuffer or a view of one');
    }

    this.#reader ??= readerOf(this.#encoding);
    let text;
    try {
      text = this.#reader.read(bytes, !stream, this.#fatal);
    } catch (error) {
      this.#reader = null;
      this.#isBegun = false;
      throw error;
    }

    if (!this.#isBegun && text.length > 0) {
      this.#isBegun = true;
      if (!this.#ignoreBOM && this.#encoding !== 'windows-1252' && text.charCodeAt(0) === 0xfeff) {
        text = text.slice(1);
      }
    }

    if (!stream) {
      this.#reader = null;
      this.#isBegun = false;
    }

    return text;
  }
}

/** UTF-8 with its byte order mark. */
export const decodeWhole = (bytes) => new Utf8Reader().read(bytes, true, false);

/** UTF-8 as a body is read: a byte order mark is no part of it. */
export const decode = (bytes) => {
  const text = decodeWhole(bytes);
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
};

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function btoa(data) {
  const text = String(data);
  if (/[^\0-\xff]/.test(text)) {
    throw new DOMException('The string has characters beyond Latin-1', 'InvalidCharacterError');
  }

  let out = '';
  for (let at = 0; at < text.length; at += 3) {
    const left = text.length - at;
    const number = (text.charCodeAt(at) << 16) | ((left > 1 ? text.charCodeAt(at + 1) : 0) << 8) | (left > 2 ? text.charCodeAt(at + 2) : 0);
    out += digits[number >> 18] + digits[(number >> 12) & 63] + (left > 1 ? digits[(number >> 6) & 63] : '=') + (left > 2 ? digits[number & 63] : '=');
  }

  return out;
}

export function atob(data) {
  let text = String(data).replace(/[\t\n\f\r ]/g, '');
  text = text.length % 4 === 0 ? text.replace(/==?$/, '') : text;
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) {
    throw new DOMException('The string is not correctly encoded', 'InvalidCharacterError');
  }

  let out = '';
  let number = 0;
  for (let at = 0; at < text.length; at++) {
    number = (number << 6) | digits.indexOf(text[at]);
    if (at % 4 === 3) {
      out += fromCharCode((number >> 16) & 255, (number >> 8) & 255, number & 255);
      number = 0;
    }
  }

  const left = text.length % 4;
  return left === 2 ? out + fromCharCode((number >> 4) & 255) : left === 3 ? out + fromCharCode((number >> 10) & 255, (number >> 2) & 255) : out;
}
