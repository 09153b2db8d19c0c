type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head' | 'options';

interface RequestData {
  method: Method;
  path: string;
  headers: [string, string][];
  body?: Uint8Array;
}

interface Response {
  status: number;
  headers: [string, string][];
  body?: Uint8Array;
}

// Text and bytes: the engine has no TextEncoder and TextDecoder.
declare function unescape(text: string): string;
const encode = (text: string): Uint8Array => Uint8Array.from(unescape(encodeURIComponent(text)), (c: any) => c.charCodeAt(0));
const decode = (bytes: Uint8Array): string => decodeURIComponent(Array.from(bytes, (b) => '%' + b.toString(16).padStart(2, '0')).join(''));

const json = (status: number, value: unknown): Response => ({
  status,
  headers: [['content-type', 'application/json']],
  body: encode(JSON.stringify(value)),
});

export const handler = {
  /** Called for each request, in a fresh instance: variables start anew every time. */
  handle({ method, path, body }: RequestData): Response {
    if (method === 'post' && body) {
      return json(200, { received: JSON.parse(decode(body)) });
    }

    return json(200, { message: 'Hello from {{name}}!', path });
  },
};
