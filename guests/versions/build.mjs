import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileC, encode, guests, standardWit } from '../tools.mjs';

// The functions used are the same in every 0.2 version, so one text serves as all once its version gates are gone.
const as = (version) => standardWit().replace(/^\s*@(since|deprecated)\(.*$/gm, '').replaceAll('@0.2.3', `@${version}`);

// The encoder merges versions that are compatible. Other toolchains do not, so the older one is named 0.3.0 until then.
export default async function build() {
  const wit = [readFileSync(join(guests, 'versions/world.wit'), 'utf8'), as('0.3.0'), as('0.2.12')].join('\n');
  const core = compileC(join(guests, 'versions/versions.c'), { defines: ['-DWASI_VERSION="0.2.12"'] });
  const component = Buffer.from(await encode(core, wit));
  return { 'versions/versions.wasm': Buffer.from(component.toString('latin1').replaceAll('@0.3.0', '@0.2.0'), 'latin1') };
}
