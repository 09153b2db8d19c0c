import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Skip, guests, out, witFile } from '../tools.mjs';

// Its optional packages for other platforms are not all published, which `npm ci` does not forgive: hence no lock file.
const packageVersion = 'componentize-qjs@0.4.5';

function install() {
  const tool = join(out, 'componentize-qjs');
  const entry = join(tool, 'node_modules/componentize-qjs/index.js');
  if (!existsSync(entry)) {
    mkdirSync(tool, { recursive: true });
    try {
      execFileSync('npm', ['install', '--prefix', tool, '--no-audit', '--no-fund', '--no-package-lock', packageVersion], { stdio: 'ignore' });
    } catch {
      throw new Skip(`npm cannot install ${packageVersion}`);
    }
  }
  return pathToFileURL(entry).href;
}

export default async function build() {
  const { componentize } = (await import(install())).default;
  const { component } = await componentize({
    jsSource: readFileSync(join(guests, 'qjs-handler/qjs-handler.js'), 'utf8'),
    witPath: witFile(join(guests, 'core-handler/world.wit')),
    sync: true,
  });
  return { 'out/qjs-handler.wasm': component };
}
