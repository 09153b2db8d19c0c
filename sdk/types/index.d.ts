/** The handlers of a project, by name. `mik types` fills it, so that editors complete `host.call`. */
export interface Handlers {}

/** The name of a handler; any is possible. */
export type HandlerName = keyof Handlers | (string & {});

/** A request as a script sees it. */
export interface Request<Body = any> {
  /** GET, POST, PUT, DELETE, … */
  method: string;
  /** The path behind `/script/<name>`, at least `/`. */
  path: string;
  /** Header fields, names in lower case; one that came more than once is joined with `, `. */
  headers: Record<string, string>;
  /** All values of each header field. */
  headersAll: Record<string, string[]>;
  /** The last value of each name. */
  query: Record<string, string>;
  /** All values of each name. */
  queryAll: Record<string, string[]>;
  /** Parsed JSON, else text; null when there is none. */
  body: Body;
}

/** What a handler answered. */
export interface Response<Body = any> {
  status: number;
  /** Names in lower case; a field that came more than once is joined with `, `. */
  headers: Record<string, string>;
  /** All values of each header field, as the handler sent them. */
  readonly headersAll: Record<string, string[]>;
  /** Parsed when it is JSON, else text; null when there is none. */
  body: Body;
}

export interface CallOptions {
  /** Default: GET */
  method?: string;
  /** Default: / */
  path?: string;
  headers?: HeaderFields;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
  /** A limit of its own, in milliseconds. */
  timeout?: number;
}

/** Why a call gave no response. */
export type CallErrorCode = 'MODULE_NOT_FOUND' | 'CIRCUIT_OPEN' | 'RATE_LIMITED' | 'TIMEOUT' | 'HANDLER_ERROR';

/** What `host.call` rejects with. */
export interface CallError extends Error {
  code: CallErrorCode;
  handler: string;
}

/** The names that `[env]` of mik.toml has. `mik types` fills it. */
export interface Environment {
  readonly [name: string]: string;
}

export interface Host {
  /** What `[env]` of mik.toml has. */
  readonly env: Environment;
  /** Calls a handler. Any status resolves; only failures reject, with a {@link CallError}. */
  call<Body = any>(handler: HandlerName, options?: CallOptions): Promise<Response<Body>>;
}

export interface Problem {
  status?: number;
  title?: string;
  detail?: string;
  type?: string;
  [member: string]: unknown;
}

/** What a script returns: a response of `ok`, `error`, `respond` or `host.call`, a `Response` of the Web, or data, which is sent as JSON. */
export type ScriptFunction = (req: Request, host: Host) => unknown;

/** A script: called for each request. */
export function script(handler: ScriptFunction): (req: Request, host: Pick<Host, 'call'> & Partial<Host>) => Promise<Response>;

/** A successful response with JSON. The very body of a handler's response keeps that response's status. */
export function ok(data?: unknown): Response;

/** A failure as RFC 7807 describes it. */
export function error(problem?: Problem): Response;

/** Header fields: an object, or pairs, which a `Headers`, a `Map` or a list has. */
export type HeaderFields = Record<string, string | string[]> | Iterable<readonly [string, string | string[]]>;

export interface ResponseOptions {
  /** From 200 to 599. Default: 200 */
  status?: number;
  /** A field that is sent more than once has a list: `set-cookie`. */
  headers?: HeaderFields;
  /** A text or bytes as they are, anything else as JSON. */
  body?: unknown;
}

/** A response as it is given: redirects, cookies, text, HTML. Without a content type of its own a text is text/plain. */
export function respond(response?: ResponseOptions): Response;
