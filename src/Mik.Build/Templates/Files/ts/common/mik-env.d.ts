// Written by `mik types`: what [env] of mik.toml names.
interface Env {
  readonly [name: string]: string;
}
