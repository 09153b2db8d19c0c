import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildQuickJs, guests, standardWitOf03, witFile } from '../tools.mjs';

const world = join(guests, 'qjs-p3/world.wit');

export default () => buildQuickJs('qjs-p3', witFile(world, readFileSync(world, 'utf8') + standardWitOf03()));
