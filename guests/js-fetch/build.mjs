import { buildStarlingMonkey } from '../tools.mjs';

export default () => buildStarlingMonkey('js-fetch', []);
