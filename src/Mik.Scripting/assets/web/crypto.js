// crypto: random numbers of the host, and digests.
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { hmac } from '@noble/hashes/hmac.js';
import { bytesOf } from './bytes.js';

const digests = new Map([['SHA-1', sha1], ['SHA-256', sha256], ['SHA-384', sha384], ['SHA-512', sha512]]);
const mostRandom = 65_536;

function digestOf(algorithm) {
  const name = String(typeof algorithm === 'object' && algorithm !== null ? algorithm.name : algorithm).toUpperCase();
  const digest = digests.get(name);
  if (digest === undefined) {
    throw new DOMException(`there is no algorithm "${name}" here: ${[...digests.keys()].join(', ')}`, 'NotSupportedError');
  }

  return digest;
}

function dataOf(data) {
  const bytes = bytesOf(data);
  if (bytes === null) {
    throw new TypeError('the data is no ArrayBuffer and no view of one');
  }

  return bytes.slice();
}

const hmacKeys = new WeakMap();

class CryptoKey {
  get type() {
    return 'secret';
  }

  get extractable() {
    return false;
  }

  get algorithm() {
    return { name: 'HMAC', hash: { name: hmacKeys.get(this).name } };
  }

  get usages() {
    return [...hmacKeys.get(this).usages];
  }
}

function keyOf(key, usage) {
  const inside = hmacKeys.get(key);
  if (inside === undefined || !inside.usages.includes(usage)) {
    throw new DOMException(`the key is not one to ${usage} with`, 'InvalidAccessError');
  }

  return inside;
}

class SubtleCrypto {
  async digest(algorithm, data) {
    return digestOf(algorithm)(dataOf(data)).buffer;
  }

  async importKey(format, data, algorithm, extractable, usages) {
    if (format !== 'raw' || String(algorithm?.name ?? algorithm).toUpperCase() !== 'HMAC') {
      throw new DOMException('keys are for HMAC here, in the format "raw"', 'NotSupportedError');
    }

    const key = new CryptoKey();
    const name = String(algorithm.hash?.name ?? algorithm.hash).toUpperCase();
    hmacKeys.set(key, { name, digest: digestOf(name), bytes: dataOf(data), usages: [...usages] });
    return key;
  }

  async sign(algorithm, key, data) {
    const { digest, bytes } = keyOf(key, 'sign');
    return hmac(digest, bytes, dataOf(data)).buffer;
  }

  async verify(algorithm, key, signature, data) {
    const { digest, bytes } = keyOf(key, 'verify');
    const [expected, given] = [hmac(digest, bytes, dataOf(data)), dataOf(signature)];
    let difference = expected.length ^ given.length;
    expected.forEach((byte, index) => {
      difference |= byte ^ given[index];
    });
    return difference === 0;
  }
}

/** @param fill Fills a Uint8Array with random bytes. */
export function makeCrypto(fill) {
  const subtle = new SubtleCrypto();
  class Crypto {
    get subtle() {
      return subtle;
    }

    getRandomValues(array) {
      if (!ArrayBuffer.isView(array) || array instanceof DataView || /^Float/.test(array[Symbol.toStringTag])) {
        throw new DOMException('getRandomValues fills an array of integers', 'TypeMismatchError');
      }

      if (array.byteLength > mostRandom) {
        throw new DOMException(`getRandomValues gives at most ${mostRandom} bytes at a time`, 'QuotaExceededError');
      }

      fill(bytesOf(array));
      return array;
    }

    randomUUID() {
      const bytes = new Uint8Array(16);
      fill(bytes);
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    }
  }

  return { crypto: new Crypto(), Crypto, SubtleCrypto, CryptoKey };
}
