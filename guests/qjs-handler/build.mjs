import { join } from 'node:path';
import { buildQuickJs, guests, witFile } from '../tools.mjs';

export default () => buildQuickJs('qjs-handler', witFile(join(guests, 'core-handler/world.wit')), { sync: true });
